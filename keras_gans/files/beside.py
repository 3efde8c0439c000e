"""What lies in folders of pictures and is not read, in one sentence."""

from keras_gans.files.decode import leads_nowhere, place_of, shown

_NAMED = 3  # So many files are named.


def beside(folders, taken):
    """Says what folders hold, and the folders in them, that is not taken for a picture.

    Args:
        folders: list of `pathlib.Path`, those in which pictures or class folders were looked for.
        taken: list of `pathlib.Path`, the files that were taken, whether they can be read or not.

    Returns:
        string, or None if all was taken.
    """
    top = [path for folder in folders for path in shown(folder)]
    inner = [path for place in top if place.is_dir() for path in shown(place)]
    taken = set(taken)
    others = [path for path in top if not path.is_dir() and path not in taken]
    others += [path for path in inner if path not in taken]
    if not others:
        return None
    named = "; ".join(f"{place_of(path)} ({_reason(path)})" for path in others[:_NAMED])
    more = "; ..." * (len(others) > _NAMED)
    return f"Left out {len(others):,} file{'s' * (len(others) > 1)} beside the pictures: {named}{more}."


def _reason(path):
    if path.is_dir():
        return "a folder in a folder of pictures"
    if leads_nowhere(path):
        return "a link to a file that is not there"
    if not path.suffix:
        return "it has no suffix, and does not begin as a picture does"
    return "its suffix is none of a picture that is read"
