"""Which files and folders of this computer a configuration names.

Knows the settings that may hold a path; never looks at what lies there, beyond whether there is a folder.
"""

from __future__ import annotations

import re
from pathlib import Path

from core.config.run_config import RunConfig
from core.config.source import divided

# OWNER/NAME or NAME, as a hub writes them; all else can only be a path.
_HUB_ID = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?", re.ASCII)


def named(config: RunConfig) -> list[Path]:
    """The table and the model folder, where they are files of this computer."""
    source, model = config.data.parsed_source, Path(config.model.name)
    table = [divided(Path(source.value))[0]] if source.is_file else []
    return table + ([model] if not _HUB_ID.fullmatch(config.model.name) or model.is_dir() else [])
