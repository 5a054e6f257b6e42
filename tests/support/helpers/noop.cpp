// noop: the cheapest program there is (linked statically), for benchmarks.
int main() { return 0; }
