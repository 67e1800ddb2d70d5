// The parts of the fake xe driver, each adding its ioctls.
#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "tests/intel/fake_gpu/kernel/open_file.h"
#include "tests/intel/fake_gpu/kernel/xe_uapi.h"

namespace fake_gpu {

void addXeQueries(IoctlTable& table);    // what the device is
void addXeMemory(IoctlTable& table);     // buffers, address spaces, bindings
void addXeExecution(IoctlTable& table);  // queues, jobs, waits

// A list of syncs, taken apart.
struct XeSyncs {
  struct Signal {
    std::shared_ptr<Syncobj> syncobj;
    uint64_t point;
  };
  struct Store {
    uint64_t address, value;  // of the program for binds, of the GPU for jobs
  };
  std::vector<std::shared_ptr<Fence>> waits;
  std::vector<Signal> signals;
  std::vector<Store> userFences;
};
int readXeSyncs(OpenFile& file, uint64_t list, uint32_t number, XeSyncs& syncs);

}  // namespace fake_gpu
