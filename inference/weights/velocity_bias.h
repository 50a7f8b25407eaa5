// Whether a network predicts v, from the values of one tensor, for families whose files say it nowhere.
#pragma once
#include "inference/weights/model_files.h"

namespace athanor {

// By FamilyRow::velocityBias; false where the file has no such tensor or it cannot be read.
// Source: ComfyUI, comfy/supported_models.py (SD20).
bool predictsVelocity(const ModelFiles& model, const FamilyRow& family);

}
