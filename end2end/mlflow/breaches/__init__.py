"""MLflow's published holes, a chapter for each way in; every function test_… tries one."""
