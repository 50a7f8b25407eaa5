// What a running workflow asks of the program around it: the device, files, and the models already loaded. The command
// line and the window give one, tests another.
#pragma once
#include "inference/formats/picture_format.h"
#include "inference/graph/graph.h"
#include "inference/run/model_cache.h"
#include "inference/run/run_event.h"
#include "inference/values/value.h"
#include "render/gpu.h"
#include "render/kernels.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace athanor {

// In the folders of models: what preprocessors look through.
inline const std::string networksFolder = "preprocessors";

struct SaveImage {
    std::string name; // relative, under the output folder, without ending; may hold tokens such as [seed]
    const RgbImage& image;
    const Infotext& info; // without fields where nothing is known: then it is not written
    PictureEncoding encoding;
};

struct ReadImage {
    RgbImage image;
    std::vector<uint8_t> alpha; // one a pixel; empty: the file has none
    std::vector<std::string> warnings; // sentences: what of the file could not be used
};

struct PictureSize {
    int64_t width = 0, height = 0;
    bool hasAlpha = false;
};

// Which files a workflow may open.
struct OpenFiles {
    std::vector<std::string> imageFolders; // where pictures are looked for by name
    bool anyPath = true; // false: it may name files below the folders of pictures and models only, …
    bool fromHere = false; // … or, by a plain name, below the working folder
    std::set<std::string> chosen; // names given by the user, which may lead anywhere
};

struct RunRequest {
    Graph graph;
    OpenFiles files = {};
    std::string nameSuffix = {}; // of the files that it saves: "_seed-1"
};

struct RunHost {
    virtual ~RunHost() = default;

    virtual Gpu& gpu() = 0; // made when first asked for; throws Error(Device)
    virtual DType precision() = 0; // of weights and activations
    virtual ModelCache& models() = 0;
    // The path of a file that a parameter names: as it stands, or in the folders of its kind. Throws FileMissing.
    virtual std::string resolve(FileKind kind, const std::string& name) = 0;
    // The path of a network that a node needs, or nothing: NetworkFile says where it is looked for.
    std::string findNetwork(std::string_view name);
    // Where people put models, for messages; empty: not known.
    virtual std::string modelsFolder() { return {}; }
    // What tells one state of a file from another: its path, size and time. Throws FileMissing.
    virtual std::string stamp(const std::string& path) = 0;
    virtual std::string modelHash(const std::string& path, std::stop_token stop) = 0; // as in modelHash
    virtual ReadImage readImage(const std::string& path) = 0;
    // Of the picture that readImage would give, from its header; nothing where that is not known.
    virtual std::optional<PictureSize> pictureSize(const std::string& /*path*/) { return {}; }
    // Throws Error where saveImage could not write under this name, or, where it is not known yet, under any. Changes
    // nothing.
    virtual void requireSaveable(const std::optional<std::string>& /*name*/) { }
    // Writes a picture that was not there before; returns its path.
    virtual std::string saveImage(const SaveImage& save) = 0;

    // Of a step of sampling; asked before it is made.
    virtual PreviewMode wantedPreview(int /*done*/, int /*total*/) { return PreviewMode::Off; }
    virtual void begin(const RunRequest& /*run*/) { }
    // What results depend on besides workflow and files: device, precision, the program's version.
    virtual std::string environment() { return {}; }
    // The files that an output wrote when it last ran with this fingerprint, if all are still as they were; else none.
    virtual std::vector<std::string> savedBefore(const std::string& /*fingerprint*/) { return {}; }
    virtual void rememberSaved(const std::string& /*fingerprint*/, const std::vector<std::string>& /*paths*/) { }
};

}
