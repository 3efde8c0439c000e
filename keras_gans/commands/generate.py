"""Examples of a saved model in one picture: `keras-gans generate`."""

from keras_gans import visualization


def generate(path, model, n=None, seed=None, label=None, truncation=None, caption=None):
    """Writes examples of a model as PNG: images as a grid, points as a scatter plot.

    Args:
        path: file to write.
        model: `models.AdversarialModel`, see `training.load_model`.
        n: int, how many examples; by default 36 images, ten for each class, or 1,000 points.
        seed: None, or int for the same examples each time.
        label: None, or int, the only class to draw, of a model with classes.
        truncation: None, or float, see `training.Latents.generate`.
        caption: None, or string, what a model that reads captions is to draw.

    Returns:
        int, how many examples were drawn.

    Raises:
        ValueError: if the model generates neither images nor points in the plane, or the truncation, the label or the
            caption does not fit.
    """
    if model.latent_dim is None:
        raise ValueError(
            "Expected a model that generates from latents; `keras-gans translate` is for others. "
            f"Received: {type(model).__name__}."
        )
    if label is not None and model.classes is None:
        raise ValueError(f"Expected a label only for a model with classes. Received: {type(model).__name__}.")
    if (caption is None) != (model.vocabulary is None):
        wanted = "no caption" if model.vocabulary is None else "a caption, `--caption`,"
        raise ValueError(f"Expected {wanted} for a {type(model).__name__}. Received: {caption!r}.")
    if caption is not None:
        samples, columns = model.generate(n or 36, seed, caption, truncation), None
    elif label is None:
        samples, columns = model.sheet(n, seed, truncation=truncation)
    else:
        samples, columns = model.generate(n or 36, seed, label, truncation), None
    if samples.ndim == 2:
        visualization.save_figure(path, visualization.scatter(samples))
    else:
        visualization.save_image(path, visualization.image_grid(samples, columns))
    return len(samples)
