// The subcommand "run" with its arguments already split: open, set, run, save.
#pragma once
#include "render/kernels.h"

#include <optional>
#include <string>
#include <vector>

namespace athanor {

constexpr size_t maxCombinations = 10'000; // of one sweep

struct RunArguments {
    std::string workflow; // path of a workflow, or of a picture that carries one
    std::vector<std::string> set; // NODE.PARAM=VALUE
    std::vector<std::string>
        sweep; // NODE.PARAM=a,b,c; a value with commas in quotes as JSON has them, or each comma as \,
    std::string model; // for nodes that name none, or one that is not here
    std::vector<std::string> modelFolders; // besides the user's own
    std::string outFolder = ".";
    std::string previewFolder; // empty: no previews
    bool json = false;
    std::string device; // as chooseDevice takes it
    std::optional<DType> precision; // absent: fp16 where the device stores it
};

// Throws Error: of the first problem, when all that does not depend on it is done.
void runWorkflow(const RunArguments& arguments);

}
