"""The laboratory's scenes over several seeds: does what a scene tells to look at happen?

    python -m benchmarks.scenes
    python -m benchmarks.scenes collapse r1 --seeds 1

Both games of each scene, for the scene's number of steps. The columns are the page's own read-outs at the end: modes
covered, the earth mover's distance, the norms of the gradient of D's and of G's loss in their weights, as the
diagnosis sees them; and of how many seeds the diagnosis named what first. Means and deviations over the seeds.
"""

import argparse
import collections

from benchmarks.tables import row
from keras_gans.callbacks import Diagnostics
from keras_gans.lab import scenes
from keras_gans.lab.building import compose
from keras_gans.lab.game import LOOK
from keras_gans.lab.look import Look

COLUMNS = {"modes": 1, "earth_mover": 2, "d_gradient": 3, "g_gradient": 3}


def play(scene, game, seed):
    """Trains one game of a scene; returns its read-outs, and the kind of the first finding or None."""
    composition = compose(scene["data"], {**game, "knobs": {**game["knobs"], "seed": seed}})
    model, (toy, points) = composition.build(), composition.sample()
    doctor = Diagnostics(points, every=LOOK, unit="step")
    steps = min(composition.steps_per_epoch, scene["steps"])
    passes = {"steps_per_epoch": steps, "epochs": -(-scene["steps"] // steps)}
    x = composition.passed(points)
    model.fit(x, batch_size=composition.batch_size, **passes, verbose=0, callbacks=[doctor])
    look = Look(model, toy, points, drawn=scene["data"]["kind"] == "drawn")
    found = look.read() | {key: doctor.looks[-1][key] for key in ("d_gradient", "g_gradient")}
    return found, doctor.findings[0].kind if doctor.findings else None


def main():
    """Parses the command line, trains, prints the table, each row when it is ready."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenes", nargs="*", help=f"some of: {', '.join(scenes.names())}")
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    print(f"| | {' | '.join(COLUMNS)} | named |\n{'|---' * (len(COLUMNS) + 2)}|")
    for name in arguments.scenes or scenes.names():
        scene = scenes.read(name)
        for side, game in zip(("left", "right"), scene["games"]):
            played = [play(scene, game, seed) for seed in range(arguments.seeds)]
            named = collections.Counter(kind for _, kind in played if kind)
            told = ", ".join(f"{kind} ({count} of {len(played)})" for kind, count in named.items())
            line = row(f"{name}, {side}: {game['recipe']}, {scene['steps']} steps", [f for f, _ in played], COLUMNS)
            print(f"{line} {told} |", flush=True)


if __name__ == "__main__":
    main()
