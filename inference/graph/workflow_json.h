// Workflows as text: Athanor's own JSON, read as hostile data and written in one canonical form, so that equal graphs
// are equal bytes and what was written reads back as the same graph.
//
//   {"format": "athanor workflow", "version": "1.0", "next_id": 4,
//    "nodes": [{"id": 1, "type": "empty_latent", "version": 1, "params": {"width": 512}, "rect": [x, y, width, height],
//               "title": "…", "mode": "muted" or "bypassed", "colour": "#rrggbb", "collapsed": true,
//               "subgraph": {"body": {nodes, links, …}, "inputs": [{"name": "…", "inner": [[node, "port"], …]}, …],
//                            "outputs": [as inputs], "params": [as inputs]}, "foreign": "text of a JSON object"}],
//    "links": [{"id": 2, "from": [1, "latent"], "to": [3, "latent"]}],
//    "groups": [{"id": 4, "title": "…", "rect": […], "colour": "…"}], "comments": [as groups, "text" for "title"],
//    "form": [[[node, …], "parameter"], …], "fresh_seeds": [as form]}
//
// Only format, version, and the id and type of a node and all of a link are needed; what is absent has its default.
#pragma once
#include "inference/graph/graph.h"

#include <string>
#include <vector>

namespace athanor {

constexpr size_t maxWorkflowNodes = 100'000, maxWorkflowLinks = 1'000'000; // with those in subgraphs
constexpr size_t maxPlaces = 1'000; // in "form" and "fresh_seeds"

// Floats have the fewest digits that read back exactly. Positions and sizes out of all reason are brought into range,
// colours that are none left out, bytes that are not UTF-8 replaced.
std::string writeWorkflow(const Graph& graph);

struct LoadedWorkflow {
    Graph graph;
    std::vector<std::string> warnings; // one line each
    bool readOnly = false; // of a newer version: saving would lose what this program does not know
};

// Any graph of well-formed nodes opens, whether or not it can run. Older versions are brought up to date. Throws
// BadFile "source: line 3, column 7: …" for what is not such JSON or of a newer major version.
LoadedWorkflow readWorkflow(std::string_view json, const std::string& source);

}
