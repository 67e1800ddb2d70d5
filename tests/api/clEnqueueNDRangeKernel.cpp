// clEnqueueNDRangeKernel: the rules for its sizes, and where work-items find themselves: OpenCL 3.0, 5.10.
#include <array>

#include "tests/api/program_fixture.h"

namespace clze::test {
namespace {

class ClEnqueueNDRangeKernel : public ProgramTest {
 protected:
  // Every work-item writes what it knows of itself at its place.
  static constexpr const char* kTell = R"(
    kernel void tell(global int* out) {
      size_t x = get_global_id(0) - get_global_offset(0), y = get_global_id(1) - get_global_offset(1);
      size_t z = get_global_id(2) - get_global_offset(2);
      size_t place = (z * get_global_size(1) + y) * get_global_size(0) + x;
      out[place] = (int)(get_global_id(0) + 100 * get_global_id(1) + 10000 * get_global_id(2)) * 10
                 + (int)get_work_dim();
    })";
  static constexpr const char* kGroups = R"(
    kernel void groups(global int* out) {
      int i = (int)get_global_id(0);
      out[i] = (int)(get_group_id(0) * 10000 + get_local_id(0) * 100 + get_local_size(0) * 10 + get_num_groups(0));
    })";
  static constexpr const char* kRequired =
      "kernel __attribute__((reqd_work_group_size(4, 2, 1))) void required(global int* out) {\n"
      "  out[get_global_id(1) * get_global_size(0) + get_global_id(0)] = (int)get_local_size(0) * 10 +\n"
      "      (int)get_local_size(1); }";

  cl_int code(cl_kernel of, const std::vector<size_t>& global, const std::vector<size_t>& local) {
    return launch(of, global, local.data());
  }
};

TEST_F(ClEnqueueNDRangeKernel, RefusesInvalidObjects) {
  cl_kernel adds = kernel(kAddOne, "add_one");
  const size_t one = 1;
  const auto ask = [](cl_command_queue on, cl_kernel of, const size_t* global) {
    return clEnqueueNDRangeKernel(on, of, 1, nullptr, global, nullptr, 0, nullptr, nullptr);
  };
  EXPECT_EQ(ask(nullptr, adds, &one), CL_INVALID_COMMAND_QUEUE);
  EXPECT_EQ(ask(queue, nullptr, &one), CL_INVALID_KERNEL);
  EXPECT_EQ(ask(queue, reinterpret_cast<cl_kernel>(queue), &one), CL_INVALID_KERNEL);
  EXPECT_EQ(ask(newQueue(0, newContext()), adds, &one), CL_INVALID_CONTEXT);
  EXPECT_EQ(ask(queue, adds, &one), CL_INVALID_KERNEL_ARGS);
  ASSERT_EQ(set(adds, 0, ints({1})), CL_SUCCESS);
  EXPECT_EQ(ask(queue, adds, nullptr), CL_INVALID_GLOBAL_WORK_SIZE);
  EXPECT_EQ(ask(queue, adds, &one), CL_SUCCESS);
}

TEST_F(ClEnqueueNDRangeKernel, RefusesBrokenWaitLists) {
  cl_kernel adds = kernel(kAddOne, "add_one");
  ASSERT_EQ(set(adds, 0, ints({1})), CL_SUCCESS);
  const size_t one = 1;
  const auto ask = [&](cl_uint count, const cl_event* waits) {
    return clEnqueueNDRangeKernel(queue, adds, 1, nullptr, &one, nullptr, count, waits, nullptr);
  };
  cl_event none = nullptr;
  cl_event user = userEvent();
  cl_event foreign = userEvent(newContext());
  EXPECT_EQ(ask(1, nullptr), CL_INVALID_EVENT_WAIT_LIST);
  EXPECT_EQ(ask(0, &user), CL_INVALID_EVENT_WAIT_LIST);
  EXPECT_EQ(ask(1, &none), CL_INVALID_EVENT_WAIT_LIST);
  EXPECT_EQ(ask(1, &foreign), CL_INVALID_CONTEXT);
  EXPECT_EQ(clSetUserEventStatus(user, CL_COMPLETE), CL_SUCCESS);
  EXPECT_EQ(clSetUserEventStatus(foreign, CL_COMPLETE), CL_SUCCESS);
}

TEST_F(ClEnqueueNDRangeKernel, RefusesOtherDimensions) {
  cl_kernel adds = kernel(kAddOne, "add_one");
  ASSERT_EQ(set(adds, 0, ints({1})), CL_SUCCESS);
  const size_t sizes[] = {1, 1, 1, 1};
  for (const cl_uint dimensions : {0U, 4U, ~0U}) {
    EXPECT_EQ(clEnqueueNDRangeKernel(queue, adds, dimensions, nullptr, sizes, nullptr, 0, nullptr, nullptr),
              CL_INVALID_WORK_DIMENSION);
  }
}

TEST_F(ClEnqueueNDRangeKernel, RefusesLocalSizesThatDoNotFit) {
  cl_kernel tell = kernel(kTell, "tell");
  ASSERT_EQ(set(tell, 0, ints(counting(4096))), CL_SUCCESS);
  const auto items = deviceInfo<std::array<size_t, 3>>(CL_DEVICE_MAX_WORK_ITEM_SIZES);
  const auto group = deviceInfo<size_t>(CL_DEVICE_MAX_WORK_GROUP_SIZE);
  EXPECT_EQ(code(tell, {8}, {0}), CL_INVALID_WORK_GROUP_SIZE);
  EXPECT_EQ(code(tell, {8}, {3}), CL_INVALID_WORK_GROUP_SIZE);
  EXPECT_EQ(code(tell, {8, 8}, {8, 3}), CL_INVALID_WORK_GROUP_SIZE);
  EXPECT_EQ(code(tell, {8}, {16}), CL_INVALID_WORK_GROUP_SIZE);
  for (size_t i = 0; i < 3; ++i) {
    std::vector<size_t> sizes(3, 1);
    sizes[i] = items[i] + 1;
    EXPECT_EQ(code(tell, sizes, sizes), CL_INVALID_WORK_ITEM_SIZE) << i;
  }
  EXPECT_EQ(code(tell, {group, 2}, {group, 2}), CL_INVALID_WORK_GROUP_SIZE);
  EXPECT_EQ(code(tell, {8}, {8}), CL_SUCCESS);
}

TEST_F(ClEnqueueNDRangeKernel, RefusesIdsBeyondTheAddressSpace) {
  cl_kernel adds = kernel(kAddOne, "add_one");
  ASSERT_EQ(set(adds, 0, ints({1})), CL_SUCCESS);
  const size_t far = ~size_t{0};
  EXPECT_EQ(launch(adds, {2}, nullptr, &far), CL_INVALID_GLOBAL_OFFSET);
}

TEST_F(ClEnqueueNDRangeKernel, RefusesLocalMemoryTheDeviceLacks) {
  cl_kernel uses = kernel(
      "kernel void uses(local int* l, global int* o) { local int own[4]; own[get_local_id(0)] = 1; l[0] = "
      "own[0]; "
      "o[0] = l[0]; }",
      "uses");
  const auto all = static_cast<size_t>(deviceInfo<cl_ulong>(CL_DEVICE_LOCAL_MEM_SIZE));
  cl_mem out = ints({0});
  ASSERT_EQ(set(uses, 1, out), CL_SUCCESS);
  // Its own 16 bytes are the ones too many.
  ASSERT_EQ(clSetKernelArg(uses, 0, all, nullptr), CL_SUCCESS);
  EXPECT_EQ(code(uses, {1}, {1}), CL_OUT_OF_RESOURCES);
  ASSERT_EQ(clSetKernelArg(uses, 0, 64, nullptr), CL_SUCCESS);
  EXPECT_EQ(code(uses, {1}, {1}), CL_SUCCESS);
  DATA_EXPECT_EQ(read(out, 1)[0], 1);
}

TEST_F(ClEnqueueNDRangeKernel, RequiredGroupSizesAreRequired) {
  cl_kernel required = kernel(kRequired, "required");
  cl_mem out = ints(std::vector<int32_t>(32, -1));
  ASSERT_EQ(set(required, 0, out), CL_SUCCESS);
  EXPECT_EQ(code(required, {8, 4}, {8, 1}), CL_INVALID_WORK_GROUP_SIZE);
  EXPECT_EQ(code(required, {8, 4}, {2, 4}), CL_INVALID_WORK_GROUP_SIZE);
  EXPECT_EQ(code(required, {8, 3}, {4, 2}), CL_INVALID_WORK_GROUP_SIZE);
  EXPECT_EQ(code(required, {8}, {4}), CL_INVALID_WORK_GROUP_SIZE);
  EXPECT_EQ(launch(required, {8, 3}), CL_INVALID_WORK_GROUP_SIZE);
  EXPECT_EQ(launch(required, {8}), CL_INVALID_WORK_GROUP_SIZE) << "the required size has a second dimension";
  DATA_EXPECT_EQ(read(out, 32), std::vector<int32_t>(32, -1));
  ASSERT_EQ(code(required, {8, 4}, {4, 2}), CL_SUCCESS);
  DATA_EXPECT_EQ(read(out, 32), std::vector<int32_t>(32, 42));
  ASSERT_EQ(launch(required, {4, 2}), CL_SUCCESS);
  ASSERT_EQ(launch(required, {4, 2, 2}), CL_SUCCESS);
}

TEST_F(ClEnqueueNDRangeKernel, ZeroSizesRunNothingButComplete) {
  cl_kernel adds = kernel(kAddOne, "add_one");
  cl_mem data = ints({5});
  ASSERT_EQ(set(adds, 0, data), CL_SUCCESS);
  const size_t zero[] = {4, 0};
  cl_event event = nullptr;
  ASSERT_EQ(clEnqueueNDRangeKernel(queue, adds, 2, nullptr, zero, nullptr, 0, nullptr, &event), CL_SUCCESS);
  EXPECT_EQ(clWaitForEvents(1, &event), CL_SUCCESS);
  EXPECT_EQ(status(event), CL_COMPLETE);
  cl_command_type type = 0;
  EXPECT_EQ(clGetEventInfo(event, CL_EVENT_COMMAND_TYPE, sizeof(type), &type, nullptr), CL_SUCCESS);
  EXPECT_EQ(type, cl_command_type{CL_COMMAND_NDRANGE_KERNEL});
  EXPECT_EQ(clReleaseEvent(event), CL_SUCCESS);
  DATA_EXPECT_EQ(read(data, 1)[0], 5);
}

TEST_F(ClEnqueueNDRangeKernel, IdsInOneTwoAndThreeDimensions) {
  cl_kernel tell = kernel(kTell, "tell");
  const std::vector<std::vector<size_t>> sizes = {{1}, {24}, {13}, {6, 4}, {7, 3}, {4, 3, 2}, {5, 1, 3}};
  for (const auto& global : sizes) {
    for (const std::array<size_t, 3>& offset : {std::array<size_t, 3>{0, 0, 0}, {3, 7, 2}}) {
      std::array<size_t, 3> whole = {1, 1, 1};
      std::copy(global.begin(), global.end(), whole.begin());
      std::vector<int32_t> expected;
      for (size_t z = 0; z < whole[2]; ++z) {
        for (size_t y = 0; y < whole[1]; ++y) {
          for (size_t x = 0; x < whole[0]; ++x) {
            const size_t ids = x + offset[0] + (global.size() > 1 ? 100 * (y + offset[1]) : 0) +
                               (global.size() > 2 ? 10000 * (z + offset[2]) : 0);
            expected.push_back(static_cast<int32_t>(ids * 10 + global.size()));
          }
        }
      }
      cl_mem out = ints(std::vector<int32_t>(expected.size(), -1));
      ASSERT_EQ(set(tell, 0, out), CL_SUCCESS);
      ASSERT_EQ(launch(tell, global, nullptr, offset[0] == 0 ? nullptr : offset.data()), CL_SUCCESS);
      DATA_EXPECT_EQ(read(out, expected.size()), expected) << global.size() << " dimensions of " << global[0];
    }
  }
}

TEST_F(ClEnqueueNDRangeKernel, GroupsAreAsAsked) {
  cl_kernel groups = kernel(kGroups, "groups");
  cl_mem out = ints(std::vector<int32_t>(12, -1));
  ASSERT_EQ(set(groups, 0, out), CL_SUCCESS);
  ASSERT_EQ(code(groups, {12}, {4}), CL_SUCCESS);
  auto expected = counting(12);
  for (int32_t& i : expected) i = i / 4 * 10000 + i % 4 * 100 + 4 * 10 + 3;
  DATA_EXPECT_EQ(read(out, 12), expected);
}

TEST_F(ClEnqueueNDRangeKernel, ArgumentsAreThoseOfTheCall) {
  cl_kernel store = kernel("kernel void store(global int* out, int value) { out[0] = value; }", "store");
  cl_mem first = ints({0});
  cl_mem second = ints({0});
  cl_event user = userEvent();
  const size_t one = 1;
  ASSERT_EQ(set(store, 0, first), CL_SUCCESS);
  ASSERT_EQ(set(store, 1, 11), CL_SUCCESS);
  ASSERT_EQ(clEnqueueNDRangeKernel(queue, store, 1, nullptr, &one, nullptr, 1, &user, nullptr), CL_SUCCESS);
  ASSERT_EQ(set(store, 0, second), CL_SUCCESS);
  ASSERT_EQ(set(store, 1, 22), CL_SUCCESS);
  ASSERT_EQ(clEnqueueNDRangeKernel(queue, store, 1, nullptr, &one, nullptr, 0, nullptr, nullptr), CL_SUCCESS);
  ASSERT_EQ(set(store, 1, 33), CL_SUCCESS);
  ASSERT_EQ(clSetUserEventStatus(user, CL_COMPLETE), CL_SUCCESS);
  DATA_EXPECT_EQ(read(first, 1)[0], 11);
  DATA_EXPECT_EQ(read(second, 1)[0], 22);
}

TEST_F(ClEnqueueNDRangeKernel, ObjectsMayBeReleasedAtOnce) {
  const char* text = "kernel void copy(global int* to, global const int* from) { to[0] = from[0]; }";
  cl_program program = clCreateProgramWithSource(context, 1, &text, nullptr, nullptr);
  ASSERT_EQ(clBuildProgram(program, 0, nullptr, nullptr, nullptr, nullptr), CL_SUCCESS);
  cl_kernel copy = clCreateKernel(program, "copy", nullptr);
  int32_t value = 77;
  cl_mem to = ints({0});
  cl_mem from = clCreateBuffer(context, CL_MEM_COPY_HOST_PTR, sizeof(value), &value, nullptr);
  bool destroyed = false;
  ASSERT_EQ(clSetMemObjectDestructorCallback(
                from, [](cl_mem, void* data) { *static_cast<bool*>(data) = true; }, &destroyed),
            CL_SUCCESS);
  cl_event user = userEvent();
  const size_t one = 1;
  ASSERT_EQ(set(copy, 0, to), CL_SUCCESS);
  ASSERT_EQ(set(copy, 1, from), CL_SUCCESS);
  ASSERT_EQ(clEnqueueNDRangeKernel(queue, copy, 1, nullptr, &one, nullptr, 1, &user, nullptr), CL_SUCCESS);
  EXPECT_EQ(clReleaseMemObject(from), CL_SUCCESS);
  EXPECT_EQ(clReleaseKernel(copy), CL_SUCCESS);
  EXPECT_EQ(clReleaseProgram(program), CL_SUCCESS);
  EXPECT_FALSE(destroyed);
  ASSERT_EQ(clSetUserEventStatus(user, CL_COMPLETE), CL_SUCCESS);
  DATA_EXPECT_EQ(read(to, 1)[0], 77);
  EXPECT_EQ(clFinish(queue), CL_SUCCESS);
  EXPECT_TRUE(destroyed);
}

TEST_F(ClEnqueueNDRangeKernel, BarriersAndLocalMemoryWorkInGroups) {
  cl_kernel reverses = kernel(
      "kernel void reverses(global int* data, local int* part) {\n"
      "  size_t i = get_local_id(0), n = get_local_size(0);\n"
      "  part[i] = data[get_global_id(0)];\n  barrier(CLK_LOCAL_MEM_FENCE);\n"
      "  data[get_global_id(0)] = part[n - 1 - i];\n}",
      "reverses");
  cl_mem data = ints(counting(64));
  ASSERT_EQ(set(reverses, 0, data), CL_SUCCESS);
  ASSERT_EQ(clSetKernelArg(reverses, 1, 16 * sizeof(int32_t), nullptr), CL_SUCCESS);
  ASSERT_EQ(code(reverses, {64}, {16}), CL_SUCCESS);
  auto expected = counting(64);
  for (int32_t& i : expected) i = i / 16 * 16 + 15 - i % 16;
  DATA_EXPECT_EQ(read(data, 64), expected);
}

TEST_F(ClEnqueueNDRangeKernel, AFailedWaitEndsTheCommandWithoutRunningIt) {
  cl_kernel adds = kernel(kAddOne, "add_one");
  cl_mem data = ints({1});
  ASSERT_EQ(set(adds, 0, data), CL_SUCCESS);
  cl_event user = userEvent();
  cl_event event = nullptr;
  const size_t one = 1;
  cl_command_queue own = newQueue(0);
  ASSERT_EQ(clEnqueueNDRangeKernel(own, adds, 1, nullptr, &one, nullptr, 1, &user, &event), CL_SUCCESS);
  kept(event);
  ASSERT_EQ(clSetUserEventStatus(user, -42), CL_SUCCESS);
  EXPECT_EQ(clWaitForEvents(1, &event), CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
  EXPECT_LT(status(event), 0);
  DATA_EXPECT_EQ(read(data, 1)[0], 1);
}

}  // namespace
}  // namespace clze::test
