"""A recipe in transformers' words. What the loop does itself is switched off here."""

from __future__ import annotations

from transformers import TrainingArguments

from sartor.tuning.loop.job import Job

FASTER = {"adamw_torch": "adamw_torch_fused"}  # the same arithmetic in one pass over the weights


def arguments(job: Job) -> TrainingArguments:
    """Return what Trainer is told of a job."""
    recipe = job.recipe
    cpu = job.device.value == "cpu"
    made = TrainingArguments(
        output_dir=str(job.folder),
        num_train_epochs=1,  # the plan of steps holds all epochs
        per_device_train_batch_size=1,  # what it calls an example is a whole step
        train_sampling_strategy="sequential",
        remove_unused_columns=False,
        learning_rate=recipe.learning_rate,
        weight_decay=recipe.weight_decay,
        max_grad_norm=recipe.clip,
        optim=FASTER.get(recipe.optimizer, recipe.optimizer),
        seed=job.seed,
        use_cpu=cpu,
        dataloader_pin_memory=not cpu,
        ddp_find_unused_parameters=False,
        logging_nan_inf_filter=False,
        logging_strategy="no",
        save_strategy="no",
        eval_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )
    # With several graphics cards and no torchrun it would hand each of them every other step, of
    # which the loop lays out the first alone.
    made._n_gpu = min(made.n_gpu, 1)
    return made
