// Whether a network predicts v.
#pragma once
#include "inference/weights/model_files.h"

namespace athanor {

// By the values of FamilyRow::velocityBias, for families whose files say it nowhere; false where the file has no such
// tensor or it cannot be read. Source: ComfyUI, comfy/supported_models.py (SD20).
bool predictsVelocity(const ModelFiles& model, const FamilyRow& family);

// Settles the family's vPrediction by the scheduler's configuration; where that says nothing, by the first file's
// metadata or a mark among its tensors, as the family has it already, or by predictsVelocity.
void settlePrediction(ModelFiles& model);

}
