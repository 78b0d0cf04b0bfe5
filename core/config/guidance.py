"""Why each setting matters, in plain words, and where to read on.

Beside `core/config/run_config.py`, which says what each setting is: this says what it is good for. Knows paths of
settings only; a test holds that every setting has its guidance, and none has two.
"""

from __future__ import annotations

from dataclasses import dataclass

_ARGUMENTS = "https://huggingface.co/docs/transformers/main_classes/trainer#transformers.TrainingArguments."
_SPLITS = "https://huggingface.co/docs/datasets/process#shuffle"
_AUTO = "https://huggingface.co/docs/transformers/model_doc/auto#transformers.AutoModelForSequenceClassification"


@dataclass(frozen=True)
class Guidance:
    """One or two sentences, and a page that says more."""

    why: str
    link: str


GUIDANCE: dict[str, Guidance] = {
    "name": Guidance(
        "A name of your own is easier to find among many runs than a date.",
        "https://huggingface.co/docs/transformers/training",
    ),
    "data.source": Guidance(
        "A model learns what its reviews show it: hotel reviews teach little about phones.",
        "https://huggingface.co/docs/datasets/loading",
    ),
    "data.text_column": Guidance(
        "Only this column is read. A summary or a title is less than the whole review.",
        "https://huggingface.co/docs/datasets/process#rename-remove-cast-and-flatten",
    ),
    "data.text_columns": Guidance(
        "A title says in four words what the body takes forty for, and some reviews have nothing else.",
        "https://huggingface.co/docs/datasets/process#rename-remove-cast-and-flatten",
    ),
    "data.label_column": Guidance(
        "This is what the model learns to predict, so mistakes in it become mistakes of the model.",
        "https://huggingface.co/docs/datasets/about_dataset_features",
    ),
    "data.task": Guidance(
        "Ratings are judged by how many stars a prediction is off, topics and moods only by right or wrong.",
        "https://scikit-learn.org/stable/modules/model_evaluation.html",
    ),
    "data.train_size": Guidance(
        "More reviews make a better model and a longer training: twice the reviews, twice the time. "
        "The gain shrinks with each doubling.",
        _SPLITS,
    ),
    "data.eval_size": Guidance(
        "The score is an estimate. With 100 reviews it can be 10 points off by chance, with 1,000 about 3.",
        "https://huggingface.co/docs/evaluate/a_quick_tour",
    ),
    "data.classes": Guidance(
        "Three classes that are easy to tell apart are often worth more than five that people confuse themselves.",
        "https://huggingface.co/docs/datasets/about_dataset_features",
    ),
    "data.test_size": Guidance(
        "Whoever tries twenty settings and keeps the best has fitted them to the evaluation reviews: only reviews that "
        "were never looked at say how good the model is.",
        "https://scikit-learn.org/stable/modules/cross_validation.html",
    ),
    "data.max_length": Guidance(
        "Time grows with length, and memory too. Most reviews say what they think early, so cutting the longest few "
        "costs little accuracy.",
        "https://huggingface.co/docs/transformers/pad_truncation",
    ),
    "data.subset": Guidance(
        "When one rating is rare, a random pick may hold almost none of it; stratified keeps its share.",
        _SPLITS,
    ),
    "data.split": Guidance(
        "Reviews of one shop or one writer are alike. Where some are learned from and others measured, the score says "
        "how well the model knows the shop, not the next one.",
        "https://scikit-learn.org/stable/modules/cross_validation.html#cross-validation-iterators-for-grouped-data",
    ),
    "data.split_column": Guidance(
        "Only the table knows which rows belong together, and which came first.",
        "https://scikit-learn.org/stable/modules/cross_validation.html#cross-validation-iterators-for-grouped-data",
    ),
    "data.remedies": Guidance(
        "Texts that stand in both parts flatter the score, and repeated or contradicting ones teach little. The file "
        "itself is never changed.",
        "https://arxiv.org/abs/2107.06499",
    ),
    "data.seed": Guidance(
        "Two runs are comparable only when they learned from the same reviews.",
        _SPLITS,
    ),
    "model.name": Guidance(
        "A larger model understands more and takes longer: bert-base has five times the weights of minilm.",
        _AUTO,
    ),
    "model.attention_dropout": Guidance(
        "Dropout guards against learning by heart. In the attention it also forbids the fast kernel, which makes "
        "training up to one and a half times slower.",
        "https://arxiv.org/abs/1706.03762",
    ),
    "model.freeze_embeddings": Guidance(
        "Half of a small model's weights are word vectors that change little in a short training.",
        "https://arxiv.org/abs/1911.03090",
    ),
    "model.freeze_encoder": Guidance(
        "What the model knows of language stays as it is, and only the last layers learn what it means for the rating. "
        "Quick to try ideas with, but clearly less accurate; it wants a learning rate near 2e-3 and more epochs.",
        "https://huggingface.co/docs/transformers/training",
    ),
    "model.lora_rank": Guidance(
        "Trains about one weight in a hundred: less memory, small checkpoints. It usually needs a learning rate ten "
        "times higher.",
        "https://arxiv.org/abs/2106.09685",
    ),
    "training.num_train_epochs": Guidance(
        "Too few and the model has not learned yet; too many and it learns the reviews by heart, which the evaluation "
        "loss shows by rising.",
        _ARGUMENTS + "num_train_epochs",
    ),
    "training.per_device_train_batch_size": Guidance(
        "Small batches make more, noisier steps and often a better model; large ones are a little faster and, on a "
        "GPU, take more memory.",
        "https://arxiv.org/abs/1804.07612",
    ),
    "training.per_device_eval_batch_size": Guidance(
        "Larger is faster until memory is full.",
        _ARGUMENTS + "per_device_eval_batch_size",
    ),
    "training.gradient_accumulation_steps": Guidance(
        "Gives the steps of a large batch with the memory of a small one.",
        _ARGUMENTS + "gradient_accumulation_steps",
    ),
    "training.learning_rate": Guidance(
        "The setting that matters most. Too low and nothing is learned in time; too high and the loss jumps about or "
        "explodes. Between 1e-5 and 2e-4 most encoders do well; small ones like more.",
        "https://arxiv.org/abs/2006.04884",
    ),
    "training.weight_decay": Guidance(
        "Keeps weights small, so that no single word decides too much.",
        "https://arxiv.org/abs/1711.05101",
    ),
    "training.warmup_steps": Guidance(
        "The new head knows nothing at first; full steps then would damage what the model already knows.",
        "https://arxiv.org/abs/2006.04884",
    ),
    "training.lr_scheduler_type": Guidance(
        "Large steps find the region, small ones at the end settle in it.",
        "https://huggingface.co/docs/transformers/main_classes/optimizer_schedules",
    ),
    "training.label_smoothing_factor": Guidance(
        "People disagree about neighbouring ratings; a model asked for full certainty learns their mistakes.",
        "https://arxiv.org/abs/1906.02629",
    ),
    "training.max_grad_norm": Guidance(
        "One odd batch can ask for a giant step; clipping shortens it.",
        "https://arxiv.org/abs/1211.5063",
    ),
    "training.early_stopping_patience": Guidance(
        "Saves the time after the best moment, and protects against learning by heart.",
        "https://arxiv.org/abs/2002.06305",
    ),
    "training.load_best_model_at_end": Guidance(
        "The last epoch is not always the best one.",
        _ARGUMENTS + "load_best_model_at_end",
    ),
    "training.eval_on_start": Guidance(
        "Shows what the model scores before it has learned anything, so that progress has a beginning.",
        _ARGUMENTS + "eval_on_start",
    ),
    "training.train_sampling_strategy": Guidance(
        "A short review in a batch with a long one is padded to its length: work for nothing.",
        "https://huggingface.co/docs/transformers/pad_truncation",
    ),
    "training.save_total_limit": Guidance(
        "Each checkpoint takes three times the room of the model; more of them let you go back further.",
        _ARGUMENTS + "save_total_limit",
    ),
    "training.save_minutes": Guidance(
        "A run goes on from its last checkpoint, so this is the most that a power cut can cost.",
        _ARGUMENTS + "save_steps",
    ),
    "training.processes": Guidance(
        "Several GPUs learn from several batches at once. On one processor it gains nothing.",
        "https://docs.pytorch.org/docs/stable/elastic/run.html",
    ),
    "training.precision": Guidance(
        "bf16 needs half the memory traffic and is about one and a half times faster where the processor has it; "
        "scores stay the same within noise.",
        _ARGUMENTS + "bf16",
    ),
    "training.plain": Guidance(
        "The quick parts draw other random numbers for dropout and round differently. Without them the run is step by "
        "step what the plain script does, so that each can be checked against the other.",
        "https://huggingface.co/docs/transformers/trainer",
    ),
    "training.seed": Guidance(
        "Runs that differ in the seed alone can differ by several points: try three before you trust a difference.",
        "https://arxiv.org/abs/2002.06305",
    ),
    "training.report_to": Guidance(
        "For those who collect the runs of many tools in one place.",
        _ARGUMENTS + "report_to",
    ),
}
