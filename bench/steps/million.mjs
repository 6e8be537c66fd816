// The same search over a million samples: the real ones, repeated under new accessions.

import { searched } from "../searched.mjs";
import { MILLION } from "../ground.mjs";

export const measure = () => searched(MILLION, { p50: 20, p99: 100 });
