"""The network: hashed embeddings of the feature columns, a convolution over neighbours, a softmax over tags.

Built from thinc layers: no transition system, so that every tag has a probability and the threshold is ours.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
from thinc.api import (
    HashEmbed,
    Maxout,
    Model,
    Optimizer,
    Softmax,
    chain,
    clone,
    concatenate,
    expand_window,
    fix_random_seed,
    residual,
    use_ops,
    with_array,
)
from thinc.types import Floats2d, Ints2d

OUTSIDE = "O"
_CONFIGURATION = "tagger.json"
_WEIGHTS = "tagger.npz"

Features = NDArray[np.uint64]
Probabilities = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """Everything that the weights must fit.

    Parameters
    ----------
    tags
        ``OUTSIDE`` first, then ``B-`` and ``I-`` of each label.
    rows
        Embedding rows of each feature column.
    depth
        Convolutions; a token sees ``depth`` neighbours on each side and no further.
    """

    tags: tuple[str, ...]
    rows: tuple[int, ...]
    width: int = 64
    depth: int = 5
    dropout: float = 0.15


class Network:
    """A network with its weights. ``shape`` says what it reads and answers."""

    def __init__(self, shape: NetworkShape, seed: int = 0) -> None:
        self.shape = shape
        fix_random_seed(seed)
        with use_ops("numpy"):
            self._model = _build(shape)
            self._model.initialize([cast(Ints2d, np.zeros((1, len(shape.rows)), dtype=np.uint64))])

    @classmethod
    def read(cls, directory: Path) -> "Network":
        """Read what ``write`` wrote."""
        raw = json.loads((directory / _CONFIGURATION).read_text("utf-8"))
        shape = NetworkShape(**(raw | {"tags": tuple(raw["tags"]), "rows": tuple(raw["rows"])}))
        network = cls(shape)
        with np.load(directory / _WEIGHTS, allow_pickle=False) as weights:
            for name, layer, parameter in network._parameters():
                layer.set_param(parameter, weights[name].astype(np.float32))
        return network

    def write(self, directory: Path) -> None:
        """Write the shape as JSON and the weights in half precision; the same network makes the same bytes."""
        directory.mkdir(parents=True, exist_ok=True)
        (directory / _CONFIGURATION).write_text(json.dumps(asdict(self.shape), indent=1) + "\n", "utf-8")
        with (directory / _WEIGHTS).open("wb") as weights:
            np.savez(weights, allow_pickle=False, **self._weights())

    def probabilities(self, features: Features) -> Probabilities:
        """Probabilities of shape (tokens, tags) for the tokens of one text."""
        (answer,) = self._model.predict([cast(Ints2d, features)])
        return cast(Probabilities, answer)

    def learn(self, features: Sequence[Features], targets: Sequence[Probabilities], optimiser: Optimizer) -> float:
        """One step on a batch; targets are one-hot, of shape (tokens, tags). Returns the mean cross-entropy."""
        raw, backpropagate = self._model.begin_update([cast(Ints2d, one) for one in features])
        pairs = [(cast(Probabilities, answer), target) for answer, target in zip(raw, targets, strict=True)]
        backpropagate([cast(Floats2d, (answer - target) / len(pairs)) for answer, target in pairs])
        self._model.finish_update(optimiser)
        loss = -sum(float(np.log((answer * target).sum(axis=1) + 1e-9).sum()) for answer, target in pairs)
        return loss / sum(len(target) for target in targets)

    def _weights(self) -> dict[str, NDArray[np.float16]]:
        return {
            name: np.asarray(layer.get_param(parameter)).astype(np.float16)
            for name, layer, parameter in self._parameters()
        }

    def _parameters(self) -> list[tuple[str, Model[object, object], str]]:
        return [
            (f"{position}.{parameter}", layer, parameter)
            for position, layer in enumerate(self._model.walk())
            for parameter in layer.param_names
            if layer.has_param(parameter)
        ]


def _build(shape: NetworkShape) -> Model[list[Ints2d], list[Floats2d]]:
    width = shape.width
    embed: Model[Ints2d, Floats2d] = concatenate(
        *(HashEmbed(width, rows, column=column, seed=column + 1) for column, rows in enumerate(shape.rows))
    )
    mix = Maxout(width, width * len(shape.rows), nP=3, normalize=True, dropout=shape.dropout)
    convolution = residual(
        chain(expand_window(1), Maxout(width, width * 3, nP=3, normalize=True, dropout=shape.dropout))
    )
    body: Model[Ints2d, Floats2d] = chain(embed, mix, clone(convolution, shape.depth), Softmax(len(shape.tags), width))
    padded: Model[list[Ints2d], list[Floats2d]] = with_array(body, pad=shape.depth)  # type: ignore[misc]
    return padded
