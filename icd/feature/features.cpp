// Which extensions this build has, in the order their names are told.
#include "icd/feature/feature.h"

namespace clze::icd {

#define CLZE_FEATURES(row)                                                                             \
  row(kByteAddressableStore) row(kGlobalInt32BaseAtomics) row(kGlobalInt32ExtendedAtomics)             \
      row(kLocalInt32BaseAtomics) row(kLocalInt32ExtendedAtomics) row(kInt64BaseAtomics)               \
          row(kInt64ExtendedAtomics) row(kFp64) row(kFp16) row(k3dImageWrites) row(kImage2dFromBuffer) \
              row(kIcd) row(kExtendedVersioning) row(kIlProgram) row(kSuggestedLocalWorkSize)          \
                  row(kCreateCommandQueue) row(kDeviceUuid) row(kPciBusInfo) row(kVaApiMediaSharing)   \
                      row(kSharingFormatQuery)

#define CLZE_DECLARE(feature) extern const Feature feature;
CLZE_FEATURES(CLZE_DECLARE)

std::span<const Feature* const> features() {
#define CLZE_ADDRESS(feature) &feature,
  static constexpr const Feature* kAll[] = {CLZE_FEATURES(CLZE_ADDRESS)};
  return kAll;
}

}  // namespace clze::icd
