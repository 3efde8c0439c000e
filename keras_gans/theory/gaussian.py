"""Gaussian latent variables, where all is known: probabilistic PCA, and the bound of a linear VAE without sampling."""

import dataclasses

import numpy as np

__all__ = ["LinearGaussian", "linear_bound", "principal_angles", "probabilistic_pca"]


@dataclasses.dataclass(frozen=True)
class LinearGaussian:
    """x = W z + mean + noise, with z ~ N(0, I) of q numbers and noise ~ N(0, variance I) of d.

    Attributes:
        weights: float array (d, q), W.
        mean: float array (d,).
        variance: float above 0.
    """

    weights: np.ndarray
    mean: np.ndarray
    variance: float

    @property
    def precision(self):
        """M = W^T W + variance I, (q, q), of which variance M^-1 is the covariance of p(z | x)."""
        return self.weights.T @ self.weights + self.variance * np.eye(self.weights.shape[1])

    @property
    def posterior(self):
        """What a linear encoder with one variance for each latent does best: tuple (V, variances).

        Its mean is V (x - mean), V float (q, d), which is that of p(z | x); its variances float (q,) are the inverses
        of the diagonal of the precision of p(z | x).
        """
        return np.linalg.solve(self.precision, self.weights.T), self.variance / np.diag(self.precision)

    def log_likelihood(self, x):
        """Mean over examples of log p(x), in nats.

        Args:
            x: float array (n, d).

        Returns:
            float.
        """
        d = len(self.mean)
        covariance = self.weights @ self.weights.T + self.variance * np.eye(d)
        quadratic = np.trace(np.linalg.solve(covariance, _scatter(x, self.mean)))
        return float(-0.5 * (d * np.log(2 * np.pi) + np.linalg.slogdet(covariance)[1] + quadratic))


def probabilistic_pca(x, latent_dim):
    """The linear model of Gaussian latents under which data are most likely, in closed form.

    Args:
        x: float array (n, d).
        latent_dim: int, q, below d.

    Returns:
        `LinearGaussian`, whose weights are orthogonal; any rotation of them is as good.

    Raises:
        ValueError: if there are not fewer latents than numbers.

    Formula:
        W = U (L - s^2)^1/2, with L the q largest eigenvalues of the covariance, U their eigenvectors, and s^2 the mean
        of the other eigenvalues

    Reference:
        Tipping and Bishop, 1999, Probabilistic Principal Component Analysis, Journal of the Royal Statistical Society
        B 61(3), Equations 7 and 8.
    """
    x = np.asarray(x, dtype="float64")
    if not 0 < latent_dim < x.shape[1]:
        raise ValueError(f"Expected latents fewer than the {x.shape[1]} numbers of an example. Received: {latent_dim}.")
    values, vectors = np.linalg.eigh(_scatter(x, x.mean(axis=0)))
    variance = float(values[:-latent_dim].mean())
    largest = np.maximum(values[: -latent_dim - 1 : -1] - variance, 0.0)
    return LinearGaussian(vectors[:, : -latent_dim - 1 : -1] * np.sqrt(largest), x.mean(axis=0), variance)


def linear_bound(model, x, encoder, bias, variances):
    """The evidence lower bound of a linear VAE, its mean over examples, in nats: exact, by traces.

    Args:
        model: `LinearGaussian`, the decoder.
        x: float array (n, d).
        encoder: float array (q, d), V.
        bias: float array (q,), so that q(z | x) = N(V x + bias, diag(variances)).
        variances: float array (q,), above 0.

    Returns:
        float, at most `model.log_likelihood(x)`.

    Formula:
        E log p(x | z) - KL(q(z | x) || N(0, I))

    Reference:
        Kingma and Welling, 2013, Auto-Encoding Variational Bayes, arXiv:1312.6114, Equation 3. Lucas, Tucker, Grosse,
        Norouzi, 2019, Don't Blame the ELBO! A Linear VAE Perspective on Posterior Collapse, arXiv:1911.02469.
    """
    x = np.asarray(x, dtype="float64")
    means = x @ encoder.T + bias
    errors = np.square(x - means @ model.weights.T - model.mean).sum(axis=1).mean()
    spread = np.sum(np.square(model.weights).sum(axis=0) * variances)
    d = len(model.mean)
    likelihood = -0.5 * (d * np.log(2 * np.pi * model.variance) + (errors + spread) / model.variance)
    kl = 0.5 * (np.square(means).sum(axis=1).mean() + np.sum(variances - 1 - np.log(variances)))
    return float(likelihood - kl)


def principal_angles(a, b):
    """Angles between the spaces that two sets of columns span.

    Args:
        a: float array (d, q).
        b: float array (d, q).

    Returns:
        float array (q,) of radians, ascending; all 0 where the spaces are one.

    Reference:
        Bjorck and Golub, 1973, Numerical Methods for Computing Angles Between Linear Subspaces, Mathematics of
        Computation 27(123).
    """
    a, b = (np.linalg.qr(columns)[0] for columns in (a, b))
    sines = np.linalg.svd(b - a @ (a.T @ b), compute_uv=False)[::-1]  # of small angles exact, where cosines are not
    return np.arcsin(np.clip(sines, 0.0, 1.0))


def _scatter(x, mean):
    """Covariance of the examples about a mean, by n."""
    centred = np.asarray(x, dtype="float64") - mean
    return centred.T @ centred / len(centred)
