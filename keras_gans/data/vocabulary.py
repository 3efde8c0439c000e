"""Words as numbers: captions become rows of ids that a network can look up, and ids become words again."""

import collections
import re

import numpy as np

PAD, UNKNOWN = 0, 1  # ids of no word, and of a word that is not in the list
FIRST = 2  # id of the list's first word
LEAST, MOST = 2, 1000  # times that a word must occur to be in a list, and words in it


class Vocabulary:
    """A list of words, and captions of at most so many of them as rows of ids.

    Args:
        words: sequence of strings, each once, of lower-case letters.
        length: int, words of the longest caption.

    Attributes:
        words: tuple of strings; the id of the first is 2, as 0 stands for no word and 1 for one that is not listed.
        length: int.
        size: int, how many ids there are.

    Raises:
        ValueError: if the words are no such list, or the length is no positive integer.

    Example:
        ```python
        known = Vocabulary(["a", "circle", "red"], length=4)
        known.tokens(["A red circle."])  # [[2, 4, 3, 0]]
        known.unknown("a crimson circle")  # ["crimson"]
        ```
    """

    def __init__(self, words, length):
        self.words, self.length = tuple(words), length
        fine = all(isinstance(word, str) and words_of(word) == [word] for word in self.words)
        if not self.words or not fine or len(set(self.words)) < len(self.words):
            raise ValueError(f"Expected words of lower-case letters, each once. Received: {self.words}.")
        if not isinstance(length, (int, np.integer)) or length < 1:
            raise ValueError(f"Expected `length` as a positive integer. Received: {length!r}.")
        self._ids = {word: index for index, word in enumerate(self.words, FIRST)}

    @property
    def size(self):
        return len(self.words) + FIRST

    def tokens(self, captions):
        """Writes captions as ids.

        Args:
            captions: sequence of strings.

        Returns:
            int32 array (n, length), 1 for words that are not listed, 0 behind the last word.

        Raises:
            ValueError: if a caption has no words, or more than `length`.
        """
        found = np.full((len(captions), self.length), PAD, "int32")
        for row, caption in zip(found, captions):
            words = words_of(caption)
            if not 1 <= len(words) <= self.length:
                raise ValueError(f"Expected a caption of 1 to {self.length} words. Received: {caption!r}.")
            row[: len(words)] = [self._ids.get(word, UNKNOWN) for word in words]
        return found

    def captions(self, tokens):
        """Writes ids as captions, a list of strings; a question mark stands for a word that is not listed."""
        known = ("", "?", *self.words)
        return [" ".join(known[index] for index in row if index != PAD) for row in np.asarray(tokens)]

    def unknown(self, caption):
        """Lists the words of a caption that are not in the list, each once."""
        return [word for word in dict.fromkeys(words_of(caption)) if word not in self._ids]


def words_of(caption):
    """Takes a caption apart, into a list of words of lower-case letters."""
    return re.findall(r"[^\W\d_]+", caption.lower())


def learned(captions):
    """Makes the vocabulary of captions: the words that occur twice or more, the most frequent first, 1,000 at most.

    Args:
        captions: sequence of strings.

    Returns:
        `Vocabulary`, as long as the longest caption.

    Raises:
        ValueError: if no word occurs twice.
    """
    rows = [words_of(caption) for caption in captions]
    counts = collections.Counter(word for row in rows for word in row)
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    words = [word for word in ranked if counts[word] >= LEAST][:MOST]
    if not words:
        raise ValueError(f"Expected captions in which a word occurs twice. Received: {len(rows)} captions.")
    return Vocabulary(words, max(map(len, rows)))
