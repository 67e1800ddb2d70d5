// clEnqueueMigrateMemObjects: OpenCL 3.0, 5.5.4.
#include "memory_fixture.h"

namespace clze::test {
namespace {

using ClEnqueueMigrateMemObjects = MemoryTest;

TEST_F(ClEnqueueMigrateMemObjects, RefusesWrongArguments) {
  const cl_mem memory = buffer(64);
  const cl_mem none = nullptr;
  EXPECT_EQ(clEnqueueMigrateMemObjects(nullptr, 1, &memory, 0, 0, nullptr, nullptr),
            CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(clEnqueueMigrateMemObjects(queue, 0, &memory, 0, 0, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clEnqueueMigrateMemObjects(queue, 1, nullptr, 0, 0, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clEnqueueMigrateMemObjects(queue, 1, &memory, 64, 0, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(clEnqueueMigrateMemObjects(queue, 1, &none, 0, 0, nullptr, nullptr), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(clEnqueueMigrateMemObjects(newQueue(newContext()), 1, &memory, 0, 0, nullptr, nullptr),
            CL_INVALID_CONTEXT);
}

TEST_F(ClEnqueueMigrateMemObjects, KeepsDataAndHasAnEvent) {
  Bytes data = sequence(64);
  const cl_mem memory[2] = {buffer(64, CL_MEM_COPY_HOST_PTR, data.data()),
                            hasImages(device) ? image2D(4, 4) : buffer(16)};
  cl_event done = nullptr;
  ASSERT_EQ(clEnqueueMigrateMemObjects(queue, 2, memory, CL_MIGRATE_MEM_OBJECT_HOST, 0, nullptr, &done),
            CL_SUCCESS);
  kept(done);
  ASSERT_EQ(clWaitForEvents(1, &done), CL_SUCCESS);
  EXPECT_EQ(typeOf(done), cl_command_type{CL_COMMAND_MIGRATE_MEM_OBJECTS});
  DATA_EXPECT_EQ(contents(memory[0], 0, 64), data);
}

}  // namespace
}  // namespace clze::test
