// What previews make of latents.
#pragma once
#include <array>

namespace athanor {

// A linear map from a latent's four channels to red, green and blue in −1…1; SD 1.x's (comfy/latent_formats.py).
struct LatentColours {
    std::array<std::array<float, 3>, 4> factors{{{0.3512f, 0.2297f, 0.3227f}, {0.3250f, 0.4974f, 0.2350f},
        {-0.2829f, 0.1762f, 0.2721f}, {-0.2120f, -0.2616f, -0.7177f}}};
    std::array<float, 3> bias{};
};

}
