"""The Keras network: what is learned over all users."""

from __future__ import annotations

from typing import Any


def preference(interest: Any, content: Any, understanding: Any | None = None) -> Any:
    """Return r = U . (V * C) as a Keras tensor (batch, 1).

    Args:
        interest: U, (batch, k).
        content: V, (batch, k).
        understanding: C, (batch, k); None for U . V.
    """
    from keras import layers

    if understanding is not None:
        content = layers.Multiply(name="understood")([content, understanding])
    return layers.Dot(axes=1, name="preference")([interest, content])


def build_network(n_users: int, n_items: int, n_content: int, n_tags: int, n_factors: int, reg: float) -> Any:
    """Return the network: ``Dot`` of interest and understood content, then ``Dense(1, sigmoid)``.

    Inputs: ``user`` and ``item`` int32 (batch,), ``anchor`` and ``content`` float32 (batch, n_content), ``tags``
    float32 (batch, n_tags); those of size 0 are left out.

    V is the content beside ``n_factors`` learned factors: a projection of the content plus an embedding of the item.
    U is the mean content of the user's other likes (the anchor) plus a learned, penalised difference. C is twice the
    sigmoid of a dense layer on the tags, so that an item without tags has the neutral weights 1.

    Args:
        n_users: User rows.
        n_items: Item rows.
        n_content: Columns of the content.
        n_tags: Columns of the tags.
        n_factors: Learned factors; 0 for content alone.
        reg: L2 penalty.
    """
    import keras
    from keras import layers, regularizers

    size = n_content + n_factors
    penalty = regularizers.L2(reg)
    user = keras.Input((), dtype="int32", name="user")
    item = keras.Input((), dtype="int32", name="item")
    inputs = {"user": user, "item": item}
    parts, anchors = [], []
    if n_content:
        inputs["content"] = content = keras.Input((n_content,), name="content")
        inputs["anchor"] = anchor = keras.Input((n_content,), name="anchor")
        parts.append(content)
        anchors.append(anchor)
    if n_factors:
        start = keras.initializers.RandomNormal(stddev=0.1)
        own = layers.Embedding(n_items, n_factors, start, penalty, name="item_factors")(item)
        if n_content:
            projected = layers.Dense(n_factors, use_bias=False, kernel_regularizer=penalty, name="projection")(content)
            own = layers.Add(name="factors")([projected, own])
        parts.append(own)
    zero = "zeros" if n_content else keras.initializers.RandomNormal(stddev=0.1)
    interest = layers.Embedding(n_users, size, zero, penalty, name="difference")(user)
    if anchors:
        if n_factors:  # the anchor speaks of the content only: no pull on the learned factors
            column = layers.Reshape((n_content, 1), name="anchor_column")(anchors[0])
            padded = layers.ZeroPadding1D((0, n_factors), name="anchor_padded")(column)
            anchors = [layers.Reshape((size,), name="anchor_wide")(padded)]
        interest = layers.Add(name="interest")([interest, anchors[0]])
    vector = layers.Concatenate(name="vector")(parts) if len(parts) > 1 else parts[0]
    understanding = None
    if n_tags:
        inputs["tags"] = tags = keras.Input((n_tags,), name="tags")
        weights = layers.Dense(
            size,
            activation="sigmoid",
            use_bias=False,
            kernel_initializer="zeros",
            kernel_regularizer=regularizers.L2(10 * reg),
            name="understanding",
        )(tags)
        understanding = layers.Rescaling(2.0, name="around_one")(weights)
    rating = preference(interest, vector, understanding)
    if n_factors:
        bias = layers.Embedding(n_items, 1, "zeros", penalty, name="item_bias")(item)
        rating = layers.Add(name="rating")([rating, bias])
    like = layers.Dense(1, activation="sigmoid", kernel_initializer="ones", name="like")(rating)
    return keras.Model(inputs, like, name="dot")
