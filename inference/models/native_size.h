// The picture size a Stable Diffusion model was trained at, from its files alone.
#pragma once
#include "inference/weights/model_files.h"

namespace athanor {

// Pixels a side; 512 where the files do not say.
int nativeSize(const ModelFiles& model);

}
