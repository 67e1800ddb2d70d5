/* What the fake GPU counted, for the program it is preloaded into: find the functions with
 * dlsym(RTLD_DEFAULT, ...), which gives null where the fake GPU is not. Plain C. Numbers of different fields
 * are read one after another. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Fields are only ever added at the end. "Alive" is now; all else is since the start or the last reset. */
typedef struct FakeGpuCounts {
  size_t size; /* in: sizeof(FakeGpuCounts) as the caller knows it */
  uint64_t ioctls, ioctlsRefused;
  uint64_t ioctlsByNumber[256]; /* _IOC_NR: 0x09 GEM_CLOSE, 0x40 + n the driver's own */
  /* Buffers: all kinds, with user memory and imports; a buffer that is shared by two files is one. */
  uint64_t objectsCreated, objectsAlive, objectBytesAlive, handlesAlive;
  uint64_t mappings, mappingsAlive, mappedBytesAlive; /* CPU maps through a node */
  uint64_t primeExports, primeImports, dmaBufsOpen; /* dmaBufsOpen: descriptors of buffers in this process */
  uint64_t nodesOpened, filesAlive, nodeDescriptorsOpen;
  uint64_t contextsCreated, contextsAlive, spacesCreated, spacesAlive;
  uint64_t execbuffers;
  uint64_t closedInFlight; /* handles closed while a job that uses the buffer ran: legal, and rarely meant */
  uint64_t jobs, commands, stores, walkers, waits, blockedWaits, blits, blitBytes, mediaCommands, hangs;
  uint64_t violations;
  uint64_t unlistedJobs; /* jobs that touched a buffer of an earlier execution which they did not list */
} FakeGpuCounts;

/* 1, or 0 when `size` is too small to be any version's. Good before the first GPU was opened, too. */
int fake_gpu_counts(FakeGpuCounts* counts);
/* Sets everything but what is alive, and the violations, to zero. */
void fake_gpu_reset_counts(void);
/* 1 once no job is queued or running on any device; 0 after that time. */
int fake_gpu_wait_idle(unsigned milliseconds);
/* One line a violation; null past the last. Good until the process ends. */
const char* fake_gpu_violation(size_t index);

/* Who calls: the function that called ioctl() or mmap(); with FAKE_GPU_SITES=NAME the innermost caller in a
 * library or program whose file name contains NAME. */
typedef struct FakeGpuSite {
  size_t size;     /* in, of the first element: sizeof(FakeGpuSite) */
  unsigned number; /* as in ioctlsByNumber; 256: mmap() of a node */
  uint64_t calls;
  const void* address;
  char object[64];  /* file name without folders */
  char symbol[128]; /* mangled; empty when it has none, with `offset` from the object's start then */
  uint64_t offset;
} FakeGpuSite;

/* How many sites there are; fills as many as there is room for, most calls first. */
size_t fake_gpu_sites(FakeGpuSite* sites, size_t room);

#ifdef __cplusplus
}
#endif
