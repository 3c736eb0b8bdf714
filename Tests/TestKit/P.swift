enum TestKitP {}
