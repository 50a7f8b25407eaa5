// The tiny model for inpainting that tests/reference/inpainting.py asks.
#pragma once
#include <string>

namespace athanor {

// Writes it into the folder, as one of diffusers; returns its path.
std::string writeInpaintingModel(const std::string& folder);

}
