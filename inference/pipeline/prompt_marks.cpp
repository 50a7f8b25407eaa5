#include "inference/pipeline/prompt_marks.h"

#include "inference/text/prompt_lexer.h"

namespace athanor {

MarkedPrompt markPrompt(std::string_view utf8)
{
    using Kind = PromptMark::Kind;
    const LexedPrompt lexed = lexPrompt(utf8);
    const std::vector<double> weights = weightsOf(lexed.pieces);
    MarkedPrompt marked;
    std::vector<size_t> markOf(lexed.pieces.size()); // the bracket's, of a piece that is one
    for (size_t i = 0; i < lexed.pieces.size(); ++i) {
        const PromptPiece& piece = lexed.pieces[i];
        if (piece.kind == PromptPiece::Kind::Text || piece.kind == PromptPiece::Kind::Break) {
            const Kind kind = piece.kind == PromptPiece::Kind::Text ? Kind::Text : Kind::Break;
            marked.marks.push_back({kind, piece.at, piece.length, weights[i]});
            continue;
        }
        if (piece.length > 1) // ":1.3)"
            marked.marks.push_back({Kind::Weight, piece.at, piece.length - 1, piece.multiplier});
        const size_t at = piece.at + piece.length - 1;
        markOf[i] = marked.marks.size();
        marked.marks.push_back({Kind::Bracket, at, 1, piece.multiplier, PromptMark::none, piece.isOpen()});
        if (piece.isOpen() || piece.partner == piece.none)
            continue;
        marked.marks.back().partner = markOf[piece.partner];
        marked.marks[markOf[piece.partner]].partner = markOf[i];
    }
    for (const PromptFault& fault : lexed.faults)
        marked.flaws.push_back({PromptFlaw::Kind(fault.kind), fault.at, fault.length});
    return marked;
}

}
