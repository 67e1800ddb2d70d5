// Entry points of fabrics: each device is a vertex, and no edge leads from one to another.
#include <algorithm>
#include <iterator>
#include <memory>
#include <vector>

#include "softgpu/ze/driver/device.h"

namespace softgpu::driver {
namespace {

class FabricVertex final : public Object {
 public:
  using Handle = ze_fabric_vertex_handle_t;
  static constexpr Kind kKind = Kind::FabricVertex;
  explicit FabricVertex(ze_device_handle_t device) : Object(kKind), device_(device) {}
  ze_device_handle_t device() const { return device_; }

 private:
  const ze_device_handle_t device_;
};

struct Vertices {
  ze_fabric_vertex_handle_t root;
  std::vector<ze_fabric_vertex_handle_t> subs;
};

// Made at the first call, live for ever, as devices.
const std::vector<Vertices>& vertices() {
  static const auto all = [] {
    std::vector<Vertices> made(pose().devices);
    for (uint32_t root = 0; root < made.size(); ++root) {
      made[root].root = publish(std::make_shared<FabricVertex>(deviceHandle(root)));
      for (uint32_t sub = 0; sub < pose().subDevices; ++sub) {
        made[root].subs.push_back(publish(std::make_shared<FabricVertex>(subDeviceHandle(root, sub))));
      }
    }
    return made;
  }();
  return all;
}

}  // namespace
}  // namespace softgpu::driver

using namespace softgpu::driver;

ze_result_t zeFabricVertexGetExp(ze_driver_handle_t hDriver, uint32_t* pCount,
                                 ze_fabric_vertex_handle_t* phVertices) {
  SOFTGPU_RESOLVE(Driver, driver, hDriver);
  return enumerate(pCount, phVertices, static_cast<uint32_t>(vertices().size()),
                   [](uint32_t i, auto& out) { out = vertices()[i].root; });
}

ze_result_t zeDeviceGetFabricVertexExp(ze_device_handle_t hDevice, ze_fabric_vertex_handle_t* phVertex) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(phVertex);
  const Vertices& mine = vertices()[device->root()];
  *phVertex = device->isSub() ? mine.subs[device->sub()] : mine.root;
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeFabricVertexGetSubVerticesExp(ze_fabric_vertex_handle_t hVertex, uint32_t* pCount,
                                            ze_fabric_vertex_handle_t* phSubvertices) {
  SOFTGPU_RESOLVE(FabricVertex, vertex, hVertex);
  const auto device = lookup<Device>(vertex->device());
  const auto& subs = vertices()[device->root()].subs;
  return enumerate(pCount, phSubvertices, device->isSub() ? 0 : static_cast<uint32_t>(subs.size()),
                   [&](uint32_t i, auto& out) { out = subs[i]; });
}

ze_result_t zeFabricVertexGetPropertiesExp(ze_fabric_vertex_handle_t hVertex,
                                           ze_fabric_vertex_exp_properties_t* pVertexProperties) {
  SOFTGPU_RESOLVE(FabricVertex, vertex, hVertex);
  SOFTGPU_REQUIRE_POINTER(pVertexProperties);
  ze_device_properties_t device = {};
  device.stype = ZE_STRUCTURE_TYPE_DEVICE_PROPERTIES;
  SOFTGPU_TRY(zeDeviceGetProperties(vertex->device(), &device));
  ze_pci_ext_properties_t pci = {};
  pci.stype = ZE_STRUCTURE_TYPE_PCI_EXT_PROPERTIES;
  SOFTGPU_TRY(zeDevicePciGetPropertiesExt(vertex->device(), &pci));
  static_assert(sizeof(pVertexProperties->uuid.id) == sizeof(device.uuid.id));
  std::copy(std::begin(device.uuid.id), std::end(device.uuid.id), std::begin(pVertexProperties->uuid.id));
  const bool sub = (device.flags & ZE_DEVICE_PROPERTY_FLAG_SUBDEVICE) != 0;
  pVertexProperties->type = sub ? ZE_FABRIC_VERTEX_EXP_TYPE_SUBEVICE : ZE_FABRIC_VERTEX_EXP_TYPE_DEVICE;
  pVertexProperties->remote = 0;
  pVertexProperties->address = {pci.address.domain, pci.address.bus, pci.address.device,
                                pci.address.function};
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeFabricVertexGetDeviceExp(ze_fabric_vertex_handle_t hVertex, ze_device_handle_t* phDevice) {
  SOFTGPU_RESOLVE(FabricVertex, vertex, hVertex);
  SOFTGPU_REQUIRE_POINTER(phDevice);
  *phDevice = vertex->device();
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeFabricEdgeGetExp(ze_fabric_vertex_handle_t hVertexA, ze_fabric_vertex_handle_t hVertexB,
                               uint32_t* pCount, ze_fabric_edge_handle_t* phEdges) {
  SOFTGPU_RESOLVE(FabricVertex, from, hVertexA);
  SOFTGPU_RESOLVE(FabricVertex, to, hVertexB);
  return enumerate(pCount, phEdges, 0, [](uint32_t, auto&) {});
}

// There are no edges: what is given as one is none.
ze_result_t zeFabricEdgeGetVerticesExp(ze_fabric_edge_handle_t hEdge, ze_fabric_vertex_handle_t*,
                                       ze_fabric_vertex_handle_t*) {
  return badHandle(hEdge);
}
ze_result_t zeFabricEdgeGetPropertiesExp(ze_fabric_edge_handle_t hEdge, ze_fabric_edge_exp_properties_t*) {
  return badHandle(hEdge);
}
