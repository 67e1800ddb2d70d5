// cl_khr_pci_bus_info: where the device sits.
#include "icd/feature/feature.h"

namespace clze::icd {
namespace {

bool deviceInfo(const Device& device, cl_device_info name, const InfoWriter& writer, Result<void>& result) {
  if (name != CL_DEVICE_PCI_BUS_INFO_KHR) return false;
  const l0::PciAddress& pci = *device.level0().pci;
  result = writer(cl_device_pci_bus_info_khr{pci.domain, pci.bus, pci.device, pci.function});
  return true;
}

}  // namespace

extern const Feature kPciBusInfo = {
    .name = "cl_khr_pci_bus_info",
    .version = CL_MAKE_VERSION(1, 0, 0),
    .supported = [](const l0::Device& device) { return device.pci.has_value(); },
    .deviceInfo = deviceInfo,
};

}  // namespace clze::icd
