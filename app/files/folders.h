// Where the program keeps what it can make again, and where it looks for what users put there.
#pragma once
#include "inference/graph/starter.h"

#include <string>
#include <vector>

namespace athanor {

// The user's cache folder for this program; it may not exist yet.
std::string cacheFolder();
// The user's data folder for this program, with "models" and "inputs" in it; it may not exist yet.
std::string dataFolder();

// The folder of the model that comes with the program (starter.h), and the folder that this is looked up in.
std::string starterModelPath();
std::string shippedModelsFolder();

// From the root on, without "." and ".."; as it stands where the working folder is gone.
std::string absolutePath(const std::string& path);

// Where pictures are looked up by name: in the user's own folder, then among those that come with examples.
std::vector<std::string> inputFolders();

// Where models are looked up by name: these, the user's own folder, and the one that comes with the program.
std::vector<std::string> modelFolders(std::vector<std::string> first = {});

}
