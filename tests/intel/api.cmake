# The tests of the API on Intel's own Level Zero driver: every call and descriptor of ours is one that it and the
# loader's validation layer take. Checks of data are off, since no kernel runs; a signal or a violation fails.
if(NOT TARGET api_tests OR NOT TARGET fake_gpu)
  return()
endif()
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(shards 2)
math(EXPR last "${shards} - 1")
foreach(gpu TGL DG2)
  foreach(shard RANGE ${last})
    add_test(NAME intel_api_${gpu}_${shard}
      COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/on_fake_gpu.py --gpu ${gpu} --system-drivers --validation
              --build ${CMAKE_BINARY_DIR} -- $<TARGET_FILE:api_tests>)
    set_tests_properties(intel_api_${gpu}_${shard} PROPERTIES LABELS intel TIMEOUT 600 ENVIRONMENT
      "CLZE_TEST_NO_DATA=1;FAKE_GPU_STRICT=1;CLZE_TEST_LIBRARY=$<TARGET_FILE:clze>;GTEST_TOTAL_SHARDS=${shards};GTEST_SHARD_INDEX=${shard}")
  endforeach()
endforeach()

find_library(CLZE_OPENCL_LOADER OpenCL REQUIRED)
add_executable(intel_leak_test leak_test.cpp)
target_link_libraries(intel_leak_test PRIVATE clze_options GTest::gmock GTest::gtest GTest::gtest_main ${CLZE_OPENCL_LOADER} ${CMAKE_DL_LIBS})
set_target_properties(intel_leak_test PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
add_dependencies(intel_leak_test clze fake_gpu clze-clc)
foreach(gpu TGL DG2)
  add_test(NAME intel_leak_${gpu}
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/on_fake_gpu.py --gpu ${gpu} --system-drivers
            --build ${CMAKE_BINARY_DIR} -- $<TARGET_FILE:intel_leak_test>)
  set_tests_properties(intel_leak_${gpu} PROPERTIES LABELS intel TIMEOUT 600 ENVIRONMENT FAKE_GPU_STRICT=1)
endforeach()

# And the backend's own tests that go through the loader.
if(TARGET unit_l0backend_softgpu)
  foreach(gpu TGL DG2)
    add_test(NAME intel_l0backend_${gpu}
      COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/on_fake_gpu.py --gpu ${gpu} --system-drivers --validation
              --build ${CMAKE_BINARY_DIR} -- $<TARGET_FILE:unit_l0backend_softgpu>)
    set_tests_properties(intel_l0backend_${gpu} PROPERTIES LABELS intel TIMEOUT 600
      ENVIRONMENT "CLZE_TEST_NO_DATA=1;FAKE_GPU_STRICT=1")
  endforeach()
endif()
