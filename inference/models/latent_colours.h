// What previews make of latents: a linear map, not the autoencoder.
#pragma once
#include <array>
#include <vector>

namespace athanor {

// For each of a latent's channels what it adds to red, green and blue in −1…1; SD 1.x's (comfy/latent_formats.py).
struct LatentColours {
    std::vector<std::array<float, 3>> factors{{0.3512f, 0.2297f, 0.3227f}, {0.3250f, 0.4974f, 0.2350f},
        {-0.2829f, 0.1762f, 0.2721f}, {-0.2120f, -0.2616f, -0.7177f}};
    std::array<float, 3> bias{};
};

}
