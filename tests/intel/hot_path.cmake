# What an enqueue costs on Intel's own driver: no allocation of ours, at most three Level Zero calls. The test is the
# one that runs on softgpu; it counts around the driver, whose own allocations are not ours.
if(NOT TARGET unit_icd_hot_path OR NOT TARGET fake_gpu)
  return()
endif()
foreach(strategy immediate batched)
  add_test(NAME intel_hot_path_${strategy}
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/on_fake_gpu.py --gpu TGL --system-drivers
            --build ${CMAKE_BINARY_DIR} -- $<TARGET_FILE:unit_icd_hot_path>)
  set_tests_properties(intel_hot_path_${strategy} PROPERTIES LABELS intel TIMEOUT 600 ENVIRONMENT
    "CLZE_TEST_NO_DATA=1;FAKE_GPU_STRICT=1;CLZE_QUEUE=${strategy};CLZE_CLC=$<TARGET_FILE:clze-clc>")
endforeach()
