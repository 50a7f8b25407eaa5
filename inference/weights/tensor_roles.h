// What networks make of their tensors.
#pragma once
#include <functional>
#include <map>
#include <string>

namespace athanor {

enum class TensorRole {
    Vector, // norms, biases: kept in fp32
    Table, // whose rows are looked up: embeddings
    Product, // the matrix of a linear layer or the kernel of a convolution
    Mark, // read by nobody: only that it is there counts
};

// By the name in the part. A tensor without a role is not the network's.
using TensorRoles = std::map<std::string, TensorRole, std::less<>>;

// A network as its file describes it.
template <class Config> struct Detected {
    Config config;
    TensorRoles roles;
};

}
