// Models as clients register them: versions from the runs of an experiment, one with a format and what it was trained on.

import { logged } from "./experiments.mjs";

const MLMODEL = `flavors:
  python_function:
    env:
      conda: conda.yaml
      virtualenv: python_env.yaml
    loader_module: mlflow.sklearn
    model_path: model.pkl
    predict_fn: predict
    python_version: 3.11.7
  sklearn:
    code: null
    pickled_model: model.pkl
    serialization_format: cloudpickle
    sklearn_version: 1.9.1
mlflow_version: 3.17.2
model_size_bytes: 2530
signature:
  inputs: '[{"type": "string", "name": "title", "required": true}, {"type": "string",
    "name": "characteristics", "required": false}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "str", "shape": [-1]}}]'
  params: '[{"name": "threshold", "default": 0.5, "shape": null, "type": "double"}]'
utc_time_created: '2026-05-11 09:28:46.220430'
`;
const FILES = {
  MLmodel: MLMODEL,
  "requirements.txt": "mlflow==3.17.2\nscikit-learn==1.9.1\npandas\n",
  "data/words.txt": "liver\nkidney\n",
};

/**
 * {…logged, name}: a model of this name with two versions, the first from learned-018, the second from both-031, which
 * `champion` and `candidate` stand for.
 */
export async function registered(deployment, name) {
  const made = await logged(deployment, `Runs of ${name}`);
  const { tracking, experiment, runs } = made;
  await tracking.post("registered-models/create", {
    name,
    description: "Reads the tissue of a sample out of its title.\n\nTrained on **gold labels** alone.",
    tags: [{ key: "team", value: "annotators" }],
  });
  for (const run of [runs["learned-018"], runs["both-031"]]) {
    for (const [path, text] of Object.entries(FILES)) await tracking.put(`${experiment}/${run}/artifacts/tissue/${path}`, Buffer.from(text));
    await tracking.post("model-versions/create", { name, source: `runs:/${run}/tissue`, run_id: run, description: "" });
  }
  await tracking.post("registered-models/alias", { name, alias: "champion", version: "1" });
  await tracking.post("registered-models/alias", { name, alias: "candidate", version: "2" });
  return { ...made, name };
}
