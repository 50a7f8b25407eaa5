// What follows a product (struct ProductEnd), for the kernels of linear layers and convolutions. Needs math.glsl.
layout(constant_id = 0) const uint activation = 0; // Activation
layout(constant_id = 1) const bool hasBias = false;
layout(constant_id = 2) const bool hasPerImage = false;
layout(constant_id = 3) const bool hasResidual = false;

VALUE activated(VALUE v)
{
    return activated(v, activation);
}
