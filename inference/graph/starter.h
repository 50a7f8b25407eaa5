// The name, in the folders of models, of the one that comes with the program; its ControlNets and networks lie in it.
#pragma once

namespace athanor {

constexpr const char* starterModel = "starter";

}
