// Search with eight facets over 107,863 samples, through HTTP, warm. The mix of queries and the check of every answer
// are in bench/load.

import { searched } from "../searched.mjs";
import { REAL_SAMPLES } from "../ground.mjs";

export const measure = () => searched(REAL_SAMPLES, { p50: 10, p99: 50, per_second: 500 });
