// The files that parameters of workflows can name, found in the folders of models and pictures. All of it takes long
// where there are many: not for the window's thread.
#pragma once
#include "ui/common/model_source.h"

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace athanor {

struct ModelFolder {
    std::string path;
    bool isShipped = false; // with the program
};

struct FolderContents {
    std::vector<std::string> folders; // that were looked into
    int skipped = 0; // files whose names are not UTF-8
};

// Calls `take` for each folder with the models in it, told by their endings: files, and diffusers folders as one thing.
// Their headers are not read. At most 100,000 files are looked at, 16 folders deep; what is no regular file is left
// out, and a folder is entered once, whatever links lead to it.
FolderContents findModels(
    const ModelFolder& folder, const std::stop_token& stop, const std::function<void(std::vector<ModelEntry>)>& take);

// The same with what its header says. Does not throw: what cannot be read is Damaged, with the reason.
ModelEntry withHeader(ModelEntry entry);

// Names relative to their folder, sorted, each once; bounded as findModels.
QStringList listPictures(const std::vector<std::string>& folders);

}
