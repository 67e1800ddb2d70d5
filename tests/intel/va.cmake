# Surface sharing on Intel's VA and Level Zero drivers: iHD's surfaces are tiled there. Checks of data are off, and
# where images end is not checked: views of chroma planes are too large in 22.43 (ChromaViewTooLarge8 and 16).
if(NOT TARGET va_tests OR NOT TARGET fake_gpu)
  return()
endif()
foreach(gpu TGL ADLP DG1 DG2)
  add_test(NAME intel_va_${gpu}
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/on_fake_gpu.py --gpu ${gpu} --system-drivers --validation
            --build ${CMAKE_BINARY_DIR} -- $<TARGET_FILE:va_tests>)
  set_tests_properties(intel_va_${gpu} PROPERTIES LABELS intel TIMEOUT 600 ENVIRONMENT
    "CLZE_TEST_NO_DATA=1;FAKE_GPU_STRICT=1;FAKE_GPU_IMAGE_ENDS=0")
endforeach()
foreach(run upload:TGL decode:TGL decode:DG2)
  string(REPLACE ":" ";" run "${run}")
  list(GET run 0 case)
  list(GET run 1 gpu)
  add_test(NAME intel_ffmpeg_${case}_${gpu}
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/ffmpeg.py --gpu ${gpu} --build ${CMAKE_BINARY_DIR} ${case})
  set_tests_properties(intel_ffmpeg_${case}_${gpu} PROPERTIES LABELS intel TIMEOUT 600)
endforeach()

# Newer drivers, where a folder of them is named.
if(DEFINED ENV{CLZE_INTEL_DRIVERS})
  foreach(gpu TGL DG2 MTL ARL LNL PTL BMG)
    add_test(NAME intel_va_newer_${gpu}
      COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/on_fake_gpu.py --gpu ${gpu}
              --drivers $ENV{CLZE_INTEL_DRIVERS} --validation --build ${CMAKE_BINARY_DIR} -- $<TARGET_FILE:va_tests>)
    set_tests_properties(intel_va_newer_${gpu} PROPERTIES LABELS intel TIMEOUT 600 ENVIRONMENT
      "CLZE_TEST_NO_DATA=1;FAKE_GPU_STRICT=1;FAKE_GPU_IMAGE_ENDS=0")
  endforeach()
  foreach(case upload decode)
    foreach(gpu TGL DG2)
      add_test(NAME intel_ffmpeg_newer_${case}_${gpu}
        COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/ffmpeg.py --gpu ${gpu}
                --drivers $ENV{CLZE_INTEL_DRIVERS} --build ${CMAKE_BINARY_DIR} ${case})
      set_tests_properties(intel_ffmpeg_newer_${case}_${gpu} PROPERTIES LABELS intel TIMEOUT 600)
    endforeach()
  endforeach()
endif()
