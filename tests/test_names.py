"""What rooms export: every name that was public once stays, under the same path, and `__all__` and `dir` have it."""

import importlib
import inspect

import pytest

NAMES = {
    "layers": (
        "ConditionalBatchNormalization DropReference ImagePool InstanceNormalization MinibatchDiscrimination OneHot "
        "ReferenceBatch ReflectionPadding2D SpectralNormalization VirtualBatchNormalization"
    ),
    "losses": (
        "DIVERGENCES LOSSES AdversarialLoss FDivergenceLoss GANLoss HingeLoss LeastSquaresLoss RelativisticLoss "
        "WassersteinLoss balance binary_cross_entropy class_cross_entropy entropy get l1"
    ),
    "metrics": (
        "Diversity Duplicates Evaluation Extractor Features FrechetDistance InceptionScore KernelDistance METRICS "
        "ModeCoverage ModesCovered PeakSignalToNoise PrecisionRecall Result SetMetric StructuralSimilarity classifier "
        "density_coverage digit_classifier duplicates extractor frechet_distance frechet_distance_of_moments identity "
        "inception inception_score kernel_distance mode_coverage nearest_neighbours pairwise_diversity path_length "
        "precision_recall psnr ssim stacked_digits_coverage"
    ),
    "networks": ("acgan cgan cyclegan dcgan mlp pix2pix projection resnet"),
    "recipes": (
        "RECIPES Recipe acgan cgan cyclegan dcgan dragan fgan gan improved_gan lsgan mmgan nsgan pix2pix "
        "projection_gan r1gan ragan rsgan sngan table triplegan wgan wgan_gp wgan_lp"
    ),
    "regularizers": (
        "DRAGAN R1 R2 ClipWeights FeatureMatching GradientPenalty HistoricalAveraging Lazy OrthogonalRegularizer "
        "Penalty SpectralNormRegularizer regularize"
    ),
}


@pytest.mark.parametrize("room", NAMES)
def test_public_names_stay(room):
    module = importlib.import_module(f"keras_gans.{room}")
    names = set(NAMES[room].split())
    assert names <= set(module.__all__) <= set(dir(module))
    assert len(module.__all__) == len(set(module.__all__))
    files = {name for name in names if inspect.ismodule(getattr(module, name))}
    assert files == (names if room == "networks" else set())  # else it is what the file of that name defines
