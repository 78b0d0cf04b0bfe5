"""The later steps of a plain script: tokens, model, arguments, scores, and the training itself.

Knows the configuration, what the run observed of its model and its computer, and transformers, torch and peft as text.
Guarantees the same steps as the run's, but for the quick parts, which it leaves out.
"""

from __future__ import annotations

from core import tasks
from core.config import RunConfig
from core.home.places import expanded
from core.models import named
from core.runs.facts import Facts
from core.training.arguments import MEGABATCH, keyword_arguments

_BY_LENGTH = '''
class ByLength(Sampler):
    """Reviews of like length in one batch, in an order that seed and epoch alone decide."""

    def __init__(self, lengths, batch_size, seed):
        self.lengths, self.batch_size, self.seed, self.epoch = np.array(lengths), batch_size, seed, 0

    def set_epoch(self, epoch):
        self.epoch = epoch

    def __len__(self):
        return len(self.lengths)

    def __iter__(self):
        rng = np.random.default_rng((self.seed, self.epoch))
        shuffled = rng.permutation(len(self.lengths))
        size = self.batch_size * MEGABATCH
        groups = [shuffled[start : start + size] for start in range(0, len(shuffled), size)]
        ordered = np.concatenate([group[np.argsort(self.lengths[group], kind="stable")] for group in groups])
        whole = len(ordered) // self.batch_size * self.batch_size
        batches = rng.permutation(ordered[:whole].reshape(-1, self.batch_size))
        return iter(np.concatenate([batches.ravel(), ordered[whole:]]).tolist())

'''
_LORA = """
from peft import LoraConfig, get_peft_model

inside = {id(module) for module in model.base_model.modules() if isinstance(module, torch.nn.Linear)}
linear = [name for name, module in model.named_modules() if id(module) in inside]
others = [(name, child) for name, child in model.named_children() if child is not model.base_model]
head = [name for name, child in others if any(True for _ in child.parameters())]
model = get_peft_model(
    model,
    LoraConfig(task_type="SEQ_CLS", r=RANK, lora_alpha=ALPHA, target_modules=linear, modules_to_save=head),
)"""
_FROZEN = """
# The encoder learns nothing and drops nothing; its pooler belongs to the head.
encoder = model.base_model
encoder.requires_grad_(False)
if getattr(encoder, "pooler", None) is not None:
    encoder.pooler.requires_grad_(True)
encoder.eval()
encoder.train = lambda mode=True: encoder"""


def tokens(config: RunConfig, facts: Facts) -> str:
    """Lines that cut the reviews into tokens."""
    lines = [
        "from transformers import AutoTokenizer",
        "",
        *_place(config),
        "tokenizer = AutoTokenizer.from_pretrained(place)",
    ]
    if facts.observed and facts.observed.pad_token:
        lines.append(f"tokenizer.pad_token = {facts.observed.pad_token!r}")
    length = facts.max_length or config.data.max_length
    return "\n".join(
        [
            *lines,
            "",
            "",
            "def tokenize(examples):",
            f'    tokens = tokenizer(examples["text"], truncation=True, max_length={length})',
            '    return {"input_ids": tokens["input_ids"]}',
            "",
            "",
            'train_dataset = train_dataset.map(tokenize, batched=True, remove_columns="text")',
            'eval_dataset = eval_dataset.map(tokenize, batched=True, remove_columns="text")',
        ]
    )


def _place(config: RunConfig) -> list[str]:
    """The line that says where the model lies."""
    name = config.model.name
    if name not in named.HUB_IDS:
        folder = expanded(name)
        local = folder.is_absolute() or name.startswith(".")
        return [f"place = {str(folder.absolute()) if local else name!r}"]
    folder_here = named.folder(name)
    if folder_here is None:
        return [f"place = {named.on_hub(name)!r}"]
    return [f"place = {str(folder_here)!r}  # on the hub: {named.on_hub(name)}"]


def model(config: RunConfig, facts: Facts) -> str:
    """Lines that load the model and say what of it learns."""
    observed = facts.observed
    lines = ["import torch", "from transformers import AutoModelForSequenceClassification, set_seed", ""]
    if observed and observed.device == "cuda" and not config.training.plain:
        lines.append('torch.set_float32_matmul_precision("high")')
    lines += [
        f"set_seed({config.training.seed})",
        "model = AutoModelForSequenceClassification.from_pretrained(",
        "    place,",
        "    num_labels=len(classes),",
        "    id2label=dict(enumerate(classes)),",
        "    label2id={name: index for index, name in enumerate(classes)},",
        f'    problem_type="{_task(facts).problem_type}",',
        *(f"    {name}={config.model.attention_dropout!r}," for name in (observed.dropouts if observed else ())),
        "    dtype=torch.float32,",
        "    ignore_mismatched_sizes=True,",
        ")",
        "# It takes the keyword and ignores it, so that with gradient accumulation the loss would be multiplied.",
        "model.accepts_loss_kwargs = False",
    ]
    if config.model.freeze_embeddings:
        lines.append("model.get_input_embeddings().requires_grad_(False)")
    if config.model.freeze_encoder:
        lines.append(_FROZEN)
    if rank := config.model.lora_rank:
        lines.append(_LORA.replace("RANK", str(rank)).replace("ALPHA", str(2 * rank)))
    return "\n".join(lines)


def arguments(config: RunConfig, facts: Facts) -> str:
    """Lines that make the TrainingArguments."""
    keywords = keyword_arguments(config, "checkpoints", _task(facts).best)
    keywords["per_device_train_batch_size"] = _batch_size(config, facts)
    if observed := facts.observed:
        keywords["bf16"] = observed.bf16
        if observed.device == "cpu":
            keywords |= {"use_cpu": True, "dataloader_pin_memory": False}
    if _by_length(config):
        # By a sampler of its own: the Trainer's is shuffled without a seed.
        del keywords["train_sampling_strategy"]
    lines = "".join(f"    {name}={value!r},\n" for name, value in keywords.items())
    # The Trainer would copy the model to each GPU at every step; the run was trained on one.
    one = "\nargs._n_gpu = 1" if facts.observed and facts.observed.device == "cuda" else ""
    return f"from transformers import TrainingArguments\n\nargs = TrainingArguments(\n{lines}){one}"


def metric(facts: Facts) -> str:
    """Lines that compute the scores of the task, without a network."""
    scores = [score for score in _task(facts).scores if score.script]
    needs = " ".join([_task(facts).script, *(score.script for score in scores)])
    lines = ["import numpy as np", ""]
    if "ratings" in needs:
        lines.append(f"ratings = np.array({list(facts.ratings or ())!r})")
    if "distances" in needs:
        lines.append("distances = np.subtract.outer(range(len(classes)), range(len(classes))) ** 2")
    lines += [
        *([""] if lines[-1] else []),
        "",
        "def compute_metrics(prediction):",
        "    logits, labels = prediction",
        f"    predictions = {_task(facts).script}",
        "    counts = np.zeros((len(classes), len(classes)))",
        "    np.add.at(counts, (labels, predictions), 1)",
        *(["    expected = np.outer(counts.sum(1), counts.sum(0)) / len(labels)"] if "expected" in needs else []),
        "    return {",
        *(f'        "{score.name}": float({score.script}),' for score in scores),
        "    }",
    ]
    return "\n".join(lines)


def train(config: RunConfig, facts: Facts) -> str:
    """Lines that train, score and save."""
    patience = config.training.early_stopping_patience
    by_length = _by_length(config)
    names = ["DataCollatorWithPadding", "Trainer"]
    lines = [
        *(["from torch.utils.data import Sampler"] if by_length else []),
        f"from transformers import {', '.join((['EarlyStoppingCallback'] if patience else []) + names)}",
    ]
    lines += [_BY_LENGTH.replace("MEGABATCH", str(MEGABATCH))] if by_length else ["", ""]
    lines.append("class SeededTrainer(Trainer):")
    if by_length:
        lines += [
            "    def _get_train_sampler(self, train_dataset=None):",
            _lengths(config),
            "        return ByLength(lengths, args.per_device_train_batch_size, args.seed)",
            "",
        ]
    lines += [
        "    def evaluate(self, *args, **kwargs):",
        "        # Scoring draws random numbers as well; what is learned next shall not depend on them.",
        "        with torch.random.fork_rng():",
        "            return super().evaluate(*args, **kwargs)",
        "",
        "",
        "trainer = SeededTrainer(",
        "    model=model,",
        "    args=args,",
        "    train_dataset=train_dataset,",
        "    eval_dataset=eval_dataset,",
        "    processing_class=tokenizer,",
        "    data_collator=DataCollatorWithPadding(tokenizer),",
        "    compute_metrics=compute_metrics,",
        *([f"    callbacks=[EarlyStoppingCallback({patience})],"] if patience else []),
        ")",
        "trainer.train()",
        "print(trainer.evaluate())",
        *(["model = trainer.model.merge_and_unload()"] if config.model.lora_rank else ["model = trainer.model"]),
        'model.save_pretrained("model")',
        'tokenizer.save_pretrained("model")',
    ]
    return "\n".join(lines)


def _task(facts: Facts) -> type[tasks.Task]:
    """What the run learned; classes where nobody knows yet."""
    return tasks.TASKS.get(facts.task or "", tasks.TASKS["classes"])


def _by_length(config: RunConfig) -> bool:
    return config.training.train_sampling_strategy == "group_by_length"


def _lengths(config: RunConfig) -> str:
    if config.model.freeze_encoder and not config.training.plain:
        return "        lengths = [1] * len(self.train_dataset)  # the run had read each once: one length for all"
    return '        lengths = [len(ids) for ids in self.train_dataset["input_ids"]]'


def _batch_size(config: RunConfig, facts: Facts) -> int:
    """Reviews a step of all processes together: one process with that many learns the same."""
    return config.training.per_device_train_batch_size * (facts.processes or config.training.processes)
