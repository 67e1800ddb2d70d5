// Objects and address spaces of the fake device.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/intel/fake_gpu/memory/address_space.h"

namespace fake_gpu {
namespace {

constexpr uint64_t page = 4096;

TEST(FakeObject, RefusesWhatCannotBe) {
  EXPECT_EQ(Object::create(0), nullptr);
  EXPECT_EQ(Object::create(UINT64_MAX), nullptr);
  EXPECT_EQ(Object::ofUserMemory(nullptr, page), nullptr);
  alignas(4096) static std::byte memory[2 * page];
  EXPECT_EQ(Object::ofUserMemory(memory + 1, page), nullptr);
  EXPECT_EQ(Object::ofUserMemory(memory, page - 1), nullptr);
  EXPECT_EQ(Object::ofFile(-1, page), nullptr);
}

TEST(FakeObject, IsZeroedPagesOfItsOwn) {
  auto object = Object::create(page + 1);
  ASSERT_TRUE(object);
  EXPECT_EQ(object->size(), 2 * page);
  EXPECT_GE(object->fd(), 0);
  EXPECT_FALSE(object->isUserMemory());
  ASSERT_TRUE(object->data());
  EXPECT_EQ(object->data()[2 * page - 1], std::byte{0});
  EXPECT_NE(object->id(), Object::create(1)->id());
}

TEST(FakeObject, SharesAFileWithItsExporter) {
  auto first = Object::create(page);
  auto second = Object::ofFile(dup(first->fd()), page);
  ASSERT_TRUE(second);
  first->data()[5] = std::byte{42};
  EXPECT_EQ(second->data()[5], std::byte{42});
}

TEST(FakeObject, SeesThatUserMemoryIsGone) {
  void* memory = mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  auto object = Object::ofUserMemory(memory, 2 * page);
  ASSERT_TRUE(object);
  EXPECT_TRUE(object->isMapped(0, 2 * page));
  munmap(static_cast<std::byte*>(memory) + page, page);
  EXPECT_TRUE(object->isMapped(0, page));
  EXPECT_FALSE(object->isMapped(0, 2 * page));
  EXPECT_FALSE(object->isMapped(page + 8, 4));
  munmap(memory, page);
  EXPECT_FALSE(object->isMapped(0, 1));
}

class FakeAddresses : public testing::Test {
 protected:
  std::shared_ptr<Object> object = Object::create(4 * page);
  AddressSpace space;
};

TEST_F(FakeAddresses, NothingIsBoundAtFirst) {
  EXPECT_FALSE(space.find(0));
  EXPECT_EQ(space.at(0x1000, 1), nullptr);
  space.bind({0x1000, page, nullptr, 0});
  space.bind({0x1000, 0, object, 0});
  EXPECT_TRUE(space.bindings().empty());
}

TEST_F(FakeAddresses, BoundsAreKept) {
  space.bind({0x10000, 2 * page, object, page});
  EXPECT_EQ(space.at(0xffff, 1), nullptr);
  EXPECT_EQ(space.at(0x10000, 1), object->data() + page);
  EXPECT_EQ(space.at(0x10000 + 2 * page - 4, 4), object->data() + 3 * page - 4);
  EXPECT_EQ(space.at(0x10000 + 2 * page - 4, 5), nullptr);
  EXPECT_EQ(space.at(0x10000 + 2 * page, 1), nullptr);
}

TEST_F(FakeAddresses, BindingPastTheObjectIsNotResident) {
  space.bind({0x10000, 8 * page, object, 0});
  EXPECT_NE(space.at(0x10000 + 4 * page - 1, 1), nullptr);
  EXPECT_EQ(space.at(0x10000 + 4 * page, 1), nullptr);
}

TEST_F(FakeAddresses, SignExtensionIsIgnored) {
  space.bind({0xffff800000001000, page, object, 0});
  EXPECT_EQ(space.at(0x800000001000, 1), object->data());
  EXPECT_EQ(space.at(0xffff800000001001, 1), object->data() + 1);
}

TEST_F(FakeAddresses, UnbindingTheMiddleLeavesBothEnds) {
  space.bind({0x10000, 4 * page, object, 0});
  space.unbind(0x10000 + page, page);
  EXPECT_EQ(space.at(0x10000, page), object->data());
  EXPECT_EQ(space.at(0x10000 + page, 1), nullptr);
  EXPECT_EQ(space.at(0x10000 + 2 * page, 2 * page), object->data() + 2 * page);
  EXPECT_EQ(space.bindings().size(), 2u);
  EXPECT_TRUE(space.wasBound(0x10000 + page));
  EXPECT_FALSE(space.wasBound(0x50000));
}

TEST_F(FakeAddresses, BindingOverOthersReplacesThem) {
  auto other = Object::create(page);
  space.bind({0x10000, 4 * page, object, 0});
  space.bind({0x10000 + page, page, other, 0});
  EXPECT_EQ(space.at(0x10000 + page, 1), other->data());
  EXPECT_EQ(space.bindings().size(), 3u);
  space.unbind(0, 0x100000);
  EXPECT_TRUE(space.bindings().empty());
}

TEST_F(FakeAddresses, EarlierExecutionsStayUntilTheirObjectIsClosed) {
  auto earlier = std::make_shared<AddressSpace>();
  auto other = Object::create(page);
  AddressSpace first({{0x10000, page, object, 0}}, earlier);
  AddressSpace second({{0x20000, page, other, 0}}, earlier);
  EXPECT_TRUE(second.find(0x20000)->isListed);
  ASSERT_TRUE(second.find(0x10000));
  EXPECT_FALSE(second.find(0x10000)->isListed);
  EXPECT_FALSE(AddressSpace({{0x20000, page, other, 0}}).find(0x10000));
  earlier->forget(*object);
  EXPECT_FALSE(second.find(0x10000));
  EXPECT_TRUE(second.wasBound(0x10000));
  EXPECT_TRUE(first.find(0x10000));  // a running job holds what it listed
}

TEST_F(FakeAddresses, AddressGivenToAnotherIsNoLongerTheEarlierObjects) {
  auto earlier = std::make_shared<AddressSpace>();
  auto other = Object::create(4 * page);
  AddressSpace first({{0x10000, page, object, 0}}, earlier);
  AddressSpace second({{0x10000, 4 * page, other, 0}}, earlier);
  AddressSpace third({}, earlier);
  EXPECT_EQ(third.at(0x10000, 4 * page), other->data());
}

TEST_F(FakeAddresses, KeepsObjectsAlive) {
  std::weak_ptr<Object> watched = object;
  space.bind({0x10000, page, std::move(object), 0});
  EXPECT_FALSE(watched.expired());
  space.clear();
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace fake_gpu
