"""Everything of Starboard that is not a page: importable, testable and scriptable without Streamlit.

Sets what libraries read from the environment when they are loaded, before any of them is; what the user has set stays.
"""

import os

# OpenMP's threads spin while they wait, which takes the core away from whoever draws the page beside a training, and
# from themselves: with another process on one of two cores a training ran at a third of its speed. A short spin
# keeps both.
os.environ.setdefault("GOMP_SPINCOUNT", "2000")
# Transformers would ask a public service to convert a pickle to safetensors, with the user's token.
os.environ.setdefault("DISABLE_SAFETENSORS_CONVERSION", "1")
# Or the tokenizers library warns each time a data loader forks.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
