"""The catalogue of models to begin with: what each is called, how large it is, how much it reads.

Any other model of the hub, or one in a folder, can be trained as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.models import bundled, multilingual


@dataclass(frozen=True)
class CatalogueModel:
    """One model; `max_length` in tokens, `parameters` in millions, `languages` as their codes, "100" for about so many.

    `needs` are packages of requirements-languages.txt without which it is not there or cannot read.
    """

    name: str
    parameters: float
    max_length: int
    licence: str
    speed: Literal["fast", "medium", "slow"]
    languages: str = "en"
    needs: tuple[str, ...] = ()


# Parameter counts, lengths and licences are those of the model cards.
CATALOGUE = (
    CatalogueModel(bundled.NAME, 22.7, 512, "Apache-2.0", "fast"),
    # Without the package its weights come from the hub.
    CatalogueModel(multilingual.NAME, 118, 512, "MIT", "medium", "100"),
    CatalogueModel("google/bert_uncased_L-2_H-128_A-2", 4.4, 512, "Apache-2.0", "fast"),
    CatalogueModel("jhu-clsp/ettin-encoder-17m", 17, 8192, "MIT", "fast"),
    CatalogueModel("jhu-clsp/ettin-encoder-32m", 32, 8192, "MIT", "fast"),
    CatalogueModel("jhu-clsp/ettin-encoder-68m", 68, 8192, "MIT", "medium"),
    CatalogueModel("distilbert/distilbert-base-uncased", 66, 512, "Apache-2.0", "medium"),
    CatalogueModel("google-bert/bert-base-cased", 108, 512, "Apache-2.0", "slow"),
    CatalogueModel("FacebookAI/roberta-base", 125, 512, "MIT", "slow"),
    CatalogueModel("answerdotai/ModernBERT-base", 149, 8192, "Apache-2.0", "slow"),
    CatalogueModel("jhu-clsp/ettin-encoder-150m", 150, 8192, "MIT", "slow"),
    CatalogueModel("sbintuitions/modernbert-ja-30m", 37, 8192, "MIT", "fast", "ja, en"),
    CatalogueModel("sbintuitions/modernbert-ja-130m", 132, 8192, "MIT", "slow", "ja, en"),
)
