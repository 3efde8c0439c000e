"""The laboratory: two games side by side in the browser, which train live and which one can touch.

`keras-gans lab` opens it, and writes films of scenes; `lab.show` puts it into a notebook.
"""

__all__ = ["show"]


def show(scene="collapse", height=900):
    """Shows the laboratory in a notebook, or a film of the scene where the laboratory cannot run.

    All cells of a notebook show one laboratory, whose games end with the kernel.

    Args:
        scene: string, the name of a scene, as the page lists them.
        height: int, of the frame in pixels.

    Returns:
        An object that a notebook displays.

    Raises:
        ValueError: if there is no such scene.
    """
    from keras_gans.lab.notebook import show as shown  # which needs more

    return shown(scene, height)
