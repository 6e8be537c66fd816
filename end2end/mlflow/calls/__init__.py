"""The calls that are compared, a chapter for each noun. Each chapter makes what it asks about."""

from calls import artifacts, batches, experiments, filters, forms, inputs
from calls import logged_models, metrics, registry, runs, searches, versions

CHAPTERS = [experiments, runs, metrics, batches, inputs, searches, filters, artifacts, logged_models, registry, versions, forms]
