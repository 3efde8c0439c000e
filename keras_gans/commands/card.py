"""The card of an exported run: a README.md with what Hugging Face reads of it in its first lines."""

import json
import pathlib

from keras_gans.recipes import RECIPES
from keras_gans.runs import settings
from keras_gans.runs.history import read_rows

TASKS = {"latents": "unconditional-image-generation", "words": "text-to-image", "ways": "image-to-image"}
EXAMPLES = {
    "latents": "python generate.py --n 16 --seed 1 --out samples.png",
    "classes": "python generate.py --n 16 --label {} --out samples.png",
    "words": 'python generate.py --n 4 --caption "..." --out samples.png',
    "ways": "python generate.py picture.png --out translated.png",
    "domains": "python generate.py picture.png --domain {} --out translated.png",
}
LEFT_OUT = {"started_with", "data", "recipe", "data_shapes", "class_names"}  # of the settings: what stands elsewhere


def card(run, config, model, facts):
    """Writes the card of a run.

    Args:
        run: `pathlib.Path` of its folder.
        config: dict, its settings.
        model: `training.TrainedModel`, its model.
        facts: dict, see `export.described`.

    Returns:
        string, Markdown below a head in YAML.
    """
    recipe, data = RECIPES[config["recipe"]], pathlib.PurePath(str(config["data"])).name
    task = "words" if facts.get("words") else "ways" if "ways" in facts else "latents"
    kind = next((name for name in ("domains", "classes") if facts.get(name)), task)
    example = EXAMPLES[kind].format(facts[kind][0] if kind in ("domains", "classes") else "")
    head = ["library_name: keras", f"pipeline_tag: {TASKS[task]}", "tags:", "- gan", "- keras", "- keras_gans"]
    parts = ["---", *head, f"- {config['recipe']}", "---", "", f"# {config['recipe']} on {data}", ""]
    if (run / settings.GIF).is_file():
        parts += [f"![What it made while it was trained]({settings.GIF})", ""]
    title, _, words = recipe.summary.partition(": ")
    parts += [
        f"{title} ([{recipe.paper}]({recipe.address})): {words} Trained with "
        f"[keras_gans](https://github.com/keras-gans/keras_gans) {config['started_with'].get('keras_gans', '')}.",
        "",
        "## Use it",
        "",
        f"```sh\npip install -r requirements.txt\n{example}\n```",
        "",
        "`generate.py` needs Keras on TensorFlow, and no package of the training's; `generator/` is a SavedModel. "
        "Noise that the generator draws beside its latents is the same at each call.",
        "",
        "## Data",
        "",
        f"`{data}`: {_size(config)}. Say here where they are from, and under which licence; the model's follows them.",
        "",
        "## Training",
        "",
        "| setting | value |",
        "|---|---|",
        *(f"| {name} | `{json.dumps(value)}` |" for name, value in config.items() if _told(name, value)),
        "",
        *_figures(run),
        "## Put it online",
        "",
        "On Hugging Face, after `pip install huggingface_hub` and `hf auth login`:",
        "",
        "```sh\nhf upload YOUR_NAME/YOUR_MODEL .\n```",
        "",
        "On Kaggle, after `pip install kaggle`: `kaggle datasets init -p .`, fill in the title, then "
        "`kaggle datasets create -p . --dir-mode zip`.",
        "",
    ]
    return "\n".join(parts)


def _told(name, value):
    return name not in LEFT_OUT and value not in (None, {}, [])


def _size(config):
    """How many examples of which shapes a run learned from, in words."""
    shapes = config.get("data_shapes") or []
    return " and ".join(f"{shape[0]:,} of shape {tuple(shape[1:])}" for shape in shapes) or "of unknown number"


def _figures(run):
    """The last row of a run's history, and what was measured last, as tables."""
    path, lines = run / settings.HISTORY, []
    rows = read_rows(path) if path.is_file() else []
    if rows:
        last = {name: value for name, value in rows[-1].items() if value not in (None, "")}
        lines += ["## The last epoch", "", "| log | value |", "|---|---|"]
        lines += [*(f"| {name} | {value} |" for name, value in last.items()), ""]
    if (run / settings.EVALUATION).is_file():
        measured = json.loads((run / settings.EVALUATION).read_text(encoding="utf-8"))[-1]
        lines += [f"## Measured at step {measured['step']}", "", "| metric | value | features of | generated |"]
        lines += ["|---|---|---|---|"]
        for result in measured["results"]:
            cells = [result["name"], result["value"], result.get("extractor", ""), result.get("generated", "")]
            lines.append(f"| {' | '.join(map(str, cells))} |")
        lines += [
            "",
            "Features other than the Inception network's of 2015 give figures that papers' do not compare with.",
        ]
        lines.append("")
    return lines
