// Saves a picture under a new name, in another format where that is wanted, with or without how it was made.
#pragma once
#include "inference/formats/picture_format.h"
#include "inference/graph/graph.h"
#include "inference/values/image.h"

#include <optional>
#include <string>
#include <vector>

namespace athanor {

struct PictureExport {
    std::string source; // the file whose picture and texts are saved; empty: the two below
    RgbImage picture;
    std::optional<Graph> graph; // that made it
    PictureEncoding encoding;
    std::string folder, name; // as in NewFile, the name as of expandedName
    bool keepsTexts = true;
};

// The path of the new file, which replaces none and is written as a whole. `warnings` receives what the format cannot
// hold. Throws Error of readImage, encodePicture or writeNewFile.
std::string exportPicture(const PictureExport& wanted, std::vector<std::string>& warnings);

}
