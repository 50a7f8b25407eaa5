// Where the program keeps what it can make again.
#pragma once
#include <string>

namespace athanor {

// The user's cache folder for this program; it may not exist yet.
std::string cacheFolder();

}
