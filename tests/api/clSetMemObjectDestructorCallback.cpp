// clSetMemObjectDestructorCallback: OpenCL 3.0, 5.5.1.
#include "memory_fixture.h"

namespace clze::test {
namespace {

using ClSetMemObjectDestructorCallback = MemoryTest;

struct Note {
  std::vector<int>* list;
  int number;
};
void CL_CALLBACK write(cl_mem, void* data) {
  const auto* note = static_cast<Note*>(data);
  note->list->push_back(note->number);
}

TEST_F(ClSetMemObjectDestructorCallback, RefusesWrongArguments) {
  EXPECT_EQ(clSetMemObjectDestructorCallback(nullptr, write, nullptr), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(clSetMemObjectDestructorCallback(buffer(4), nullptr, nullptr), CL_INVALID_VALUE);
}

TEST_F(ClSetMemObjectDestructorCallback, RunsLastFirstAtTheEnd) {
  std::vector<int> order;
  Note notes[3] = {{&order, 1}, {&order, 2}, {&order, 3}};
  cl_mem whole = clCreateBuffer(context, 0, 256, nullptr, nullptr);
  ASSERT_EQ(clSetMemObjectDestructorCallback(whole, write, &notes[0]), CL_SUCCESS);
  ASSERT_EQ(clSetMemObjectDestructorCallback(whole, write, &notes[1]), CL_SUCCESS);
  const cl_buffer_region region = {0, 128};
  cl_mem half = clCreateSubBuffer(whole, 0, CL_BUFFER_CREATE_TYPE_REGION, &region, nullptr);
  ASSERT_EQ(clSetMemObjectDestructorCallback(half, write, &notes[2]), CL_SUCCESS);
  ASSERT_EQ(clReleaseMemObject(whole), CL_SUCCESS);
  EXPECT_TRUE(order.empty());
  ASSERT_EQ(clReleaseMemObject(half), CL_SUCCESS);
  EXPECT_EQ(order, (std::vector<int>{3, 2, 1}));
}

TEST_F(ClSetMemObjectDestructorCallback, WaitsForCommands) {
  // A test that ends early must not take these from the command and the callback.
  static std::vector<int> order;
  static Note note = {&order, 1};
  static Bytes data(64);
  order.clear();
  cl_mem memory = clCreateBuffer(context, 0, 64, nullptr, nullptr);
  ASSERT_EQ(clSetMemObjectDestructorCallback(memory, write, &note), CL_SUCCESS);
  const cl_event gate = userEvent();
  ASSERT_EQ(clEnqueueReadBuffer(queue, memory, CL_FALSE, 0, 64, data.data(), 1, &gate, nullptr), CL_SUCCESS);
  ASSERT_EQ(clReleaseMemObject(memory), CL_SUCCESS);
  EXPECT_TRUE(order.empty());
  ASSERT_EQ(clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  ASSERT_EQ(clFinish(queue), CL_SUCCESS);
  EXPECT_EQ(order, std::vector<int>{1});
}

}  // namespace
}  // namespace clze::test
