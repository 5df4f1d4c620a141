# A thin front: what to install, then CMake does the work.
#
#   make demo    build, and run the CUBA network on two ranks
#   make check   build with the tests, and run them all
#   make bench   build and run the benchmarks
#   make doc     the reference, into build/doc
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
RANKS ?= 2
BUILD := build

# Open MPI asks root to confirm; it also refuses more ranks than cores unless told.
export OMPI_MCA_rmaps_base_oversubscribe = 1
ifeq ($(shell id -u),0)
export OMPI_ALLOW_RUN_AS_ROOT = 1
export OMPI_ALLOW_RUN_AS_ROOT_CONFIRM = 1
endif

.PHONY: all build demo check bench doc clean
all: build

build: $(BUILD)/CMakeCache.txt
	@MAKEFLAGS=--no-print-directory cmake --build $(BUILD) --target runnable -j $(JOBS)

$(BUILD)/CMakeCache.txt:
	@scripts/install-deps build
	cmake -S . -B $(BUILD)

demo: build
	@scripts/install-deps run
	mpirun -n $(RANKS) $(BUILD)/bin/lunate examples/tutorials/cuba.lua

check:
	@scripts/install-deps build run test
	cmake -S . -B $(BUILD) -DLUNATE_TESTS=ON -DLUNATE_WERROR=ON
	MAKEFLAGS=--no-print-directory cmake --build $(BUILD) -j $(JOBS)
	cd $(BUILD) && ctest --output-on-failure --no-tests=error -j 2

bench: build
	@tests/bench/run.sh $(BUILD) $(RANKS) $(SCALE)

doc:
	@scripts/install-deps doc
	cd docs && ldoc --quiet .

clean:
	rm -rf $(BUILD)
