// What the menu of a parameter offers for the form.
#pragma once
#include "ui/document/graph_document.h"

#include <vector>

class QMenu;

namespace athanor {

// To show the parameter in the form, or take it out and move it there.
void addFormActions(QMenu& menu, GraphDocument& document, const std::vector<ParamPlace>& places);

// In or out, as one step that can be undone.
void setInForm(GraphDocument& document, const std::vector<ParamPlace>& places, bool there);
void moveInForm(GraphDocument& document, const ParamPlace& place, int by); // -1: one up

}
