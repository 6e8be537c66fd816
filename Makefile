# The doors of the project; each step's own words are in tools/. `make help` lists them.
.PHONY: help run test nightly bench quality screens fmt clean

help:            ## this list
	@sed -n 's/^\([a-z]*\): .*## /  make \1	/p' Makefile

run:             ## build what changed, load the demo organization, serve it on http://127.0.0.1:3000
	@tools/run.sh

test:            ## everything CI runs: lints, documents, tests on both databases, browser, kill -9
	@tools/test.sh

nightly:         ## the long half: release browser tests, 200 kill cycles, MLflow's large runs, fuzzing, dependencies' licences
	@tools/nightly.sh

bench:           ## the numbers of the benchmarks, printed as one table
	@tools/bench.sh

quality:         ## how good the annotators are, beside references, into docs/quality.md
	@tools/quality.sh

screens:         ## a picture of every screen in both themes and two widths, in target/screens
	@tools/screens.sh

fmt:             ## format everything
	@cargo fmt --all

clean:           ## forget what was built; the data folder stays
	@cargo clean
	@rm -rf end2end/node_modules end2end/test-results
