// A picture on the host. Not a file: reading and writing is app/image_store.
#pragma once
#include <cstdint>
#include <vector>

namespace athanor {

// 8 bits a channel, R G B, rows from the top without padding: pixels.size() == width × height × 3.
struct RgbImage {
    int width = 0, height = 0;
    std::vector<uint8_t> pixels;
};

}
