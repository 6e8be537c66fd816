"""Sessions, a chapter for each noun; every function test_… is one."""
